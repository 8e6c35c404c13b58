package kgwhttp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"kgw.dev/kgw"
)

var errTryTimeout = errors.New("kgwhttp: no answer from the endpoint in time")

// attempt is one try: an answer or an error, and how it went so far.
type attempt struct {
	answer  *http.Response
	err     error
	outcome kgw.Outcome
	cancel  context.CancelCauseFunc
	client  context.Context // of the whole request
}

// try sends the request once, and waits for the head of the answer.
func (t *Transport) try(r *http.Request, x *exchange) *attempt {
	ctx, cancel := context.WithCancelCause(r.Context())
	one := &attempt{cancel: cancel, client: r.Context()}
	stop := func() bool { return true }
	if limit := x.decision.Timeouts().Backend; limit > 0 {
		stop = time.AfterFunc(limit, func() { cancel(errTryTimeout) }).Stop
	}
	var asked, connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	began := time.Now()
	answer, err := t.pools.get(t.Base, x.decision.Transport()).RoundTrip(r.WithContext(ctx))
	inTime := stop()
	if err == nil && !inTime {
		answer.Body.Close() // the time was up just now
		err = errTryTimeout
	}
	if err != nil {
		if context.Cause(ctx) == errTryTimeout {
			err = errTryTimeout
		}
		cancel(nil)
		refused := asked.Load() && !connected.Load()
		one.err = err
		one.outcome = kgw.Outcome{Result: x.resultOf(r.Context(), err, refused), Now: kgw.Now()}
		return one
	}
	one.answer = answer
	one.outcome = kgw.Outcome{Status: answer.StatusCode, Latency: time.Since(began), Now: kgw.Now()}
	return one
}

func (x *exchange) resultOf(ctx context.Context, err error, refused bool) kgw.Result {
	switch {
	case errors.Is(err, errTryTimeout), errors.Is(ctx.Err(), context.DeadlineExceeded):
		return kgw.Timeout
	case ctx.Err() != nil, x.body != nil && x.body.broken.Load():
		return kgw.Aborted
	case refused:
		return kgw.ConnectFailure
	default:
		return kgw.Reset
	}
}

// answerOf makes this try the last one. Its ticket is finished with the body of its answer.
func (a *attempt) answerOf(x *exchange) (*http.Response, error) {
	if a.err != nil {
		x.decision.Done(a.outcome)
		return nil, a.err
	}
	wrapBody(a.answer, func(err error) {
		x.decision.Done(a.endedBy(err))
		a.cancel(nil)
	})
	return a.answer, nil
}

// endedBy is the outcome of an answer that began, and then ended like this.
func (a *attempt) endedBy(err error) kgw.Outcome {
	out := a.outcome
	switch {
	case err == nil:
	case errors.Is(a.client.Err(), context.DeadlineExceeded):
		out.Result = kgw.Timeout
	case a.client.Err() != nil, errors.Is(err, io.ErrClosedPipe):
		out.Result = kgw.Aborted
	default:
		out.Result = kgw.Reset
	}
	return out
}

const discarded = 64 << 10 // bytes of an unwanted answer that are read to keep its connection

// discard throws the answer away; another try follows.
func (a *attempt) discard() {
	if a.answer != nil {
		_, _ = io.CopyN(io.Discard, a.answer.Body, discarded)
		_ = a.answer.Body.Close()
		a.cancel(nil)
	}
}
