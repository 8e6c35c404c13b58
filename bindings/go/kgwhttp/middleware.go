package kgwhttp

import (
	"context"
	"errors"
	"log"
	"net/http"

	"kgw.dev/kgw"
)

// Options of Middleware and NewProxy. The zero value is fine.
type Options struct {
	// Request changes what kgw is asked about, such as its Port where servers listen on other ports
	// than the Gateway's listeners, or its Peer behind another proxy.
	Request func(asked *kgw.Request, r *http.Request)

	// ErrorLog is for what no answer can say. Nil: the standard logger.
	ErrorLog *log.Logger

	// Transport of NewProxy. Nil: the zero Transport.
	Transport *Transport
}

// exchange is one request of a client, from its first decision to the end of its answer.
type exchange struct {
	engine   *kgw.Engine
	asked    kgw.Request
	decision kgw.Decision
	unedited http.Header // what a second try begins with
	body     *clientBody // nil if there is none
	final    bool        // the answer is kgw's own: there is nothing to edit in it
}

type contextKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(contextKey{}).(*exchange)
	return x
}

// FromContext is what was decided about the request of a handler behind Middleware, or nil. If it
// sends the request on its own way, without Transport, it says with Done how that went.
func FromContext(ctx context.Context) *kgw.Decision {
	if x := exchangeOf(ctx); x != nil {
		return &x.decision
	}
	return nil
}

// Middleware asks kgw about each request. Forwards go on to the next handler, with the time that the
// route allows them; everything else is answered here.
func Middleware(engine *kgw.Engine, options *Options) func(http.Handler) http.Handler {
	if options == nil {
		options = &Options{}
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			serve(engine, options, next, w, r)
		})
	}
}

func serve(engine *kgw.Engine, options *Options, next http.Handler, w http.ResponseWriter, r *http.Request) {
	x := &exchange{engine: engine}
	FillRequest(&x.asked, r)
	if options.Request != nil {
		options.Request(&x.asked, r)
	}
	if err := engine.RouteInto(&x.decision, &x.asked); err != nil {
		refuse(w, err)
		return
	}
	if x.decision.Verdict() != kgw.Forward {
		Answer(w, &x.decision)
		return
	}
	defer x.abort()
	ctx := context.WithValue(r.Context(), contextKey{}, x)
	if limit := x.decision.Timeouts().Request; limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	r = r.WithContext(ctx)
	if r.Body != nil && r.Body != http.NoBody {
		x.body = &clientBody{ReadCloser: r.Body, controller: http.NewResponseController(w)}
		r.Body = x.body
		defer x.body.interrupt()
	}
	next.ServeHTTP(w, r)
}

// abort finishes what the handler did not.
func (x *exchange) abort() {
	x.decision.Done(kgw.Outcome{Result: kgw.Aborted})
	abortMirrors(x.decision.TakeMirrors())
}

func refuse(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, kgw.ErrClosed):
		status = http.StatusServiceUnavailable
	case errors.Is(err, kgw.ErrTooLarge):
		status = http.StatusRequestHeaderFieldsTooLarge
	}
	http.Error(w, err.Error(), status)
}

// Answer answers what is not forwarded: a redirect, a preflight, no route, or an error. A rejected
// request gets no answer, but the end of its connection, which panics with http.ErrAbortHandler.
func Answer(w http.ResponseWriter, d *kgw.Decision) {
	if d.Verdict() == kgw.Reject {
		panic(http.ErrAbortHandler)
	}
	d.ResponseEdits().Apply(w.Header())
	w.WriteHeader(statusOf(d))
	_, _ = w.Write([]byte(d.Body()))
}

func statusOf(d *kgw.Decision) int {
	if status := d.Status(); status != 0 {
		return status
	}
	if d.Verdict() == kgw.NoRoute {
		return http.StatusNotFound
	}
	return http.StatusInternalServerError
}
