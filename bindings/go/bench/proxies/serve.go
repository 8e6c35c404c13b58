package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"

	"kgw.dev/kgw"
	"kgw.dev/kgw/bench/workload"
	"kgw.dev/kgw/kgwhttp"
)

// serve is the backend or one of the proxies, and says where it listens.
func serve(role, backend, routes string) error {
	count, err := strconv.Atoi(routes)
	if err != nil {
		return err
	}
	handler, err := handlerOf(role, backend, workload.Routes(count))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	return http.Serve(listener, handler)
}

func handlerOf(role, backend string, routes []workload.Route) (http.Handler, error) {
	switch role {
	case "backend":
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello\n") }), nil
	case "nobody":
		return plainProxy(backend), nil
	case "servemux":
		return muxOf(routes, plainProxy(backend)), nil
	case "kgw":
		return kgwProxy(backend, routes)
	default:
		return nil, fmt.Errorf("no such role: %s", role)
	}
}

// plainProxy does what kgwhttp.NewProxy does, but for deciding.
func plainProxy(backend string) http.Handler {
	target := &url.URL{Scheme: "http", Host: backend}
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
			r.SetXForwarded()
		},
		Transport:  &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true},
		BufferPool: &buffers{},
	}
}

type buffers struct{ sync.Pool }

func (b *buffers) Get() []byte {
	if kept, ok := b.Pool.Get().(*[32 << 10]byte); ok {
		return kept[:]
	}
	return make([]byte, 32<<10)
}
func (b *buffers) Put(buffer []byte) { b.Pool.Put((*[32 << 10]byte)(buffer)) }

// muxOf knows the same routes. A prefix is two patterns there.
func muxOf(routes []workload.Route, next http.Handler) http.Handler {
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.Handle(r.Host+r.Path, next)
		if !r.Exact {
			mux.Handle(r.Host+r.Path+"/", next)
		}
	}
	return mux
}

func kgwProxy(backend string, routes []workload.Route) (http.Handler, error) {
	engine, err := kgw.New(nil)
	if err != nil {
		return nil, err
	}
	host, port, _ := strings.Cut(backend, ":")
	report, err := engine.Apply(workload.Configuration(routes, fmt.Sprintf("{addr: %s, port: %s}", host, port))...)
	if err != nil {
		return nil, err
	}
	if err := report.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return nil, err
	}
	return kgwhttp.NewProxy(engine, &kgwhttp.Options{
		Request: func(asked *kgw.Request, _ *http.Request) { asked.Port = 80 },
	}), nil
}
