package kgwhttp_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"

	"kgw.dev/kgw"
	"kgw.dev/kgw/kgwhttp"
)

// newEngine serves shop.example from this backend; errors are left out.
func newEngine(backend string) *kgw.Engine {
	engine, err := kgw.New(nil)
	if err != nil {
		panic(err)
	}
	text := gateway + upstream("shop", backend) + route("shop", "")
	if _, err := engine.Apply(kgw.Source{Name: "routes.yaml", Bytes: []byte(text)}); err != nil {
		panic(err)
	}
	return engine
}

func get(handler http.Handler, url string) {
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest("GET", url, nil))
	fmt.Println(answer.Code, strings.TrimSpace(answer.Body.String()))
}

func ExampleNewProxy() {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.Host+r.URL.Path)
	}))
	defer backend.Close()
	engine := newEngine(backend.URL)
	defer engine.Close()
	proxy := kgwhttp.NewProxy(engine, nil)
	get(proxy, "http://shop.example/cart")
	get(proxy, "http://nobody.example/")
	// Output:
	// 200 shop.example/cart
	// 404
}

// The parts of NewProxy, for those who have an httputil.ReverseProxy of their own.
func ExampleRewrite() {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.Header.Get("X-Mine"))
	}))
	defer backend.Close()
	engine := newEngine(backend.URL)
	defer engine.Close()
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.Header.Set("X-Mine", "yes")
			kgwhttp.Rewrite(r)
		},
		Transport:      &kgwhttp.Transport{},
		ModifyResponse: kgwhttp.ModifyResponse,
		ErrorHandler:   kgwhttp.ErrorHandler,
	}
	get(kgwhttp.Middleware(engine, nil)(proxy), "http://shop.example/")
	// Output: 200 yes
}
