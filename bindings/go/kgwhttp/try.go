package kgwhttp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"kgw.dev/kgw"
)

var errTryTimeout = errors.New("kgwhttp: no answer from the endpoint in time")

// attempt is one try: an answer or an error, and how it went so far.
type attempt struct {
	answer  *http.Response
	err     error
	outcome kgw.Outcome
	cancel  context.CancelCauseFunc // nil without a time limit of its own
	client  context.Context         // of the whole request
}

// try sends the request once, and waits for the head of the answer.
func (t *Transport) try(r *http.Request, x *exchange) *attempt {
	one := &attempt{client: r.Context()}
	ctx, inTime := one.client, func() bool { return true }
	if limit := x.decision.Timeouts().Backend; limit > 0 {
		ctx, one.cancel = context.WithCancelCause(ctx)
		inTime = time.AfterFunc(limit, func() { one.cancel(errTryTimeout) }).Stop
		r = r.WithContext(ctx)
	}
	began := time.Now()
	answer, err := t.pools.get(t.Base, x.decision.Transport()).RoundTrip(r)
	if !inTime() && err == nil {
		answer.Body.Close() // the time was up just now
		err = errTryTimeout
	}
	one.outcome.Now = kgw.Now()
	if err != nil {
		if context.Cause(ctx) == errTryTimeout {
			err = errTryTimeout
		}
		one.end()
		one.err, one.outcome.Result = err, x.resultOf(one.client, err)
		return one
	}
	one.answer = answer
	one.outcome.Status, one.outcome.Latency = answer.StatusCode, time.Since(began)
	return one
}

// end lets go of what the try needed.
func (a *attempt) end() {
	if a.cancel != nil {
		a.cancel(nil)
	}
}

func (x *exchange) resultOf(ctx context.Context, err error) kgw.Result {
	switch {
	case errors.Is(err, errTryTimeout), errors.Is(ctx.Err(), context.DeadlineExceeded):
		return kgw.Timeout
	case ctx.Err() != nil, x.body != nil && x.body.broken.Load():
		return kgw.Aborted
	case noConnection(err):
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
		a.end()
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
		a.end()
	}
}
