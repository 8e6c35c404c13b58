package kgwhttp

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

// Rewrite is for httputil.ReverseProxy: it aims the request at the endpoint that was chosen, and
// changes it as the route says. X-Forwarded-For is continued, X-Forwarded-Proto and -Host are set.
func Rewrite(r *httputil.ProxyRequest) {
	x := exchangeOf(r.In.Context())
	if x == nil {
		return // no endpoint: ErrorHandler answers
	}
	if before := r.In.Header["X-Forwarded-For"]; before != nil {
		r.Out.Header["X-Forwarded-For"] = before
	}
	r.SetXForwarded()
	r.Out.Header.Del("Te") // trailers go no further
	if x.decision.RetryPolicy().Attempts > 0 {
		x.unedited = r.Out.Header.Clone()
	}
	x.aim(r.Out)
}

// aim changes a request that has the method, target and Host of the client's, and headers that were
// not edited yet.
func (x *exchange) aim(r *http.Request) {
	d := &x.decision
	if method, changed := d.Method(); changed {
		r.Method = method
	}
	r.Host = x.asked.Authority
	if authority, changed := d.Authority(); changed {
		r.Host = authority
	}
	path := x.asked.Path
	if rewritten, changed := d.Path(); changed {
		path = rewritten
	}
	scheme := "http"
	if d.Transport().TLS {
		scheme = "https"
	}
	setURL(r, scheme, hostOf(d.Endpoint()), path)
	if edits := d.RequestEdits(); !edits.Empty() {
		edits.Apply(r.Header)
	}
}

// setURL keeps the target byte for byte where net/url would write it in its own way.
func setURL(r *http.Request, scheme, host, path string) {
	before, query, hasQuery := strings.Cut(path, "?")
	to := &url.URL{Scheme: scheme, Host: host, Path: before, RawQuery: query}
	if unescaped, err := url.PathUnescape(before); err == nil {
		to.Path, to.RawPath = unescaped, before
	}
	to.ForceQuery = hasQuery && query == ""
	if strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") {
		to.Opaque = before // sent as it is; "//" would be taken for a host
	}
	r.URL = to
}

// ModifyResponse is for httputil.ReverseProxy: it edits the answer as the route says.
func ModifyResponse(r *http.Response) error {
	x := exchangeOf(r.Request.Context())
	if x == nil || x.final {
		return nil
	}
	if edits := x.decision.ResponseEdits(); !edits.Empty() {
		edits.Apply(r.Header)
	}
	if status := x.decision.Status(); status != 0 {
		r.StatusCode = status
	}
	return nil
}

// ownAnswer is a decision that was no Forward, as an answer of a backend.
func (x *exchange) ownAnswer(r *http.Request) *http.Response {
	x.final = true
	d := &x.decision
	answer := &http.Response{
		StatusCode: statusOf(d), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
		Body: readerBody(d.Body()), ContentLength: int64(len(d.Body())), Request: r,
	}
	d.ResponseEdits().Apply(answer.Header)
	return answer
}
