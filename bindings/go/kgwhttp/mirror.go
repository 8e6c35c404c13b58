package kgwhttp

import (
	"context"
	"io"
	"net/http"
	"time"

	"kgw.dev/kgw"
)

const mirrorTime = 30 * time.Second

func abortMirrors(mirrors []kgw.Mirror) {
	for _, mirror := range mirrors {
		mirror.Ticket.Done(kgw.Outcome{Result: kgw.Aborted})
	}
}

// sendMirrors sends copies of the request. Nobody waits for them.
func (t *Transport) sendMirrors(r *http.Request, mirrors []kgw.Mirror, body []byte) {
	for _, mirror := range mirrors {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), mirrorTime)
		copied := r.Clone(ctx)
		path := copied.URL.RequestURI()
		setURL(copied, "http", hostOf(mirror.Endpoint), path)
		if mirror.Authority != "" {
			copied.Host = mirror.Authority
		}
		setBody(copied, body)
		go func() {
			defer cancel()
			mirror.Ticket.Done(t.sendMirror(copied))
		}()
	}
}

func (t *Transport) sendMirror(r *http.Request) kgw.Outcome {
	began := time.Now()
	answer, err := t.pools.get(t.Base, kgw.Transport{}).RoundTrip(r)
	if err != nil {
		return kgw.Outcome{Result: kgw.ConnectFailure, Now: kgw.Now()}
	}
	outcome := kgw.Outcome{Status: answer.StatusCode, Latency: time.Since(began), Now: kgw.Now()}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	return outcome
}
