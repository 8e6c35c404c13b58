package kgwhttp

import (
	"context"
	"net/http"
	"time"

	"kgw.dev/kgw"
)

const defaultKept = 64 << 10

// Transport sends the requests of handlers behind Middleware: it tries again as the route allows,
// keeps to the time for each try, sends mirrors, and tells the engine how each try ended. Requests
// of others go through Base as they are.
//
// Refused connections are tried again whatever the request was, listed statuses too; broken
// connections and tries that took too long only where repeating does no harm (RFC 9110, 9.2.2).
type Transport struct {
	// Base makes the connections; it is cloned for endpoints that want TLS or HTTP/2. Nil: one with a
	// connect timeout of 5 s and up to 256 idle connections for each endpoint.
	Base *http.Transport

	// MaxKept is the size of bodies that are kept, to be sent again or to a mirror; larger ones are
	// sent once. 0: 64 KiB.
	MaxKept int64

	pools pools
}

// RoundTrip is that of http.RoundTripper.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	x := exchangeOf(r.Context())
	if x == nil {
		return t.pools.get(t.Base, kgw.Transport{}).RoundTrip(r)
	}
	policy, mirrors := x.decision.RetryPolicy(), x.decision.TakeMirrors()
	if policy.Attempts == 0 && len(mirrors) == 0 {
		return t.try(r, x).answerOf(x)
	}
	r = r.WithContext(r.Context()) // a copy whose body may be replaced
	body, kept, err := keep(r, t.maxKept())
	if !kept {
		abortMirrors(mirrors)
	}
	if err != nil {
		return nil, err
	}
	if !kept {
		return t.try(r, x).answerOf(x)
	}
	setBody(r, body)
	t.sendMirrors(r, mirrors, body)
	return t.tryAgain(r, x, body, policy)
}

// tryAgain tries as often as the policy allows.
func (t *Transport) tryAgain(
	r *http.Request, x *exchange, body []byte, policy kgw.RetryPolicy,
) (*http.Response, error) {
	if x.unedited == nil {
		x.unedited = r.Header.Clone()
	}
	for left := policy.Attempts; ; left-- {
		one := t.try(r, x)
		if left == 0 || !worthAnother(one.outcome, r.Method, policy) {
			return one.answerOf(x)
		}
		one.discard()
		if err := pause(r.Context(), policy.Backoff); err != nil {
			x.decision.Done(one.outcome)
			return nil, err
		}
		if err := x.engine.Retry(&x.decision, &x.asked, one.outcome); err != nil {
			return nil, err
		}
		if x.decision.Verdict() != kgw.Forward {
			return x.ownAnswer(r), nil
		}
		r = r.Clone(r.Context())
		r.Method, r.Header = x.asked.Method, x.unedited.Clone()
		setBody(r, body)
		x.aim(r)
	}
}

func (t *Transport) maxKept() int64 {
	if t.MaxKept == 0 {
		return defaultKept
	}
	return t.MaxKept
}

// worthAnother reports whether the way a try ended lets another one be hoped for, and does no harm.
func worthAnother(o kgw.Outcome, method string, policy kgw.RetryPolicy) bool {
	switch o.Result {
	case kgw.Completed:
		return policy.Has(o.Status)
	case kgw.ConnectFailure:
		return true
	case kgw.Reset, kgw.Timeout:
		return idempotent(method)
	default:
		return false
	}
}

func idempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}

func pause(ctx context.Context, backoff time.Duration) error {
	if backoff <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(backoff)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
