package kgwhttp

import (
	"context"
	"errors"
	"net/http"
	"net/http/httputil"
	"sync"

	"kgw.dev/kgw"
)

// NewProxy is a reverse proxy that does what the engine decides.
func NewProxy(engine *kgw.Engine, options *Options) http.Handler {
	if options == nil {
		options = &Options{}
	}
	transport := options.Transport
	if transport == nil {
		transport = &Transport{}
	}
	return Middleware(engine, options)(&httputil.ReverseProxy{
		Rewrite:        Rewrite,
		Transport:      transport,
		ModifyResponse: ModifyResponse,
		ErrorHandler:   ErrorHandler,
		ErrorLog:       options.ErrorLog,
		BufferPool:     buffers{},
	})
}

// ErrorHandler is for httputil.ReverseProxy: 504 if the time was up, 400 if the client's body broke
// off, else 502.
func ErrorHandler(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, errTryTimeout), errors.Is(r.Context().Err(), context.DeadlineExceeded):
		http.Error(w, "no answer in time", http.StatusGatewayTimeout)
	case errors.Is(err, errClientBody):
		http.Error(w, "the body broke off", http.StatusBadRequest)
	default:
		http.Error(w, "no answer from the backend", http.StatusBadGateway)
	}
}

// buffers are what bodies are copied through.
type buffers struct{}

var bufferPool = sync.Pool{New: func() any { return new([32 << 10]byte) }}

func (buffers) Get() []byte  { return bufferPool.Get().(*[32 << 10]byte)[:] }
func (buffers) Put(b []byte) { bufferPool.Put((*[32 << 10]byte)(b)) }
