package kgw_test

import (
	"encoding/json"
	"runtime"
	"testing"
	"time"

	"kgw.dev/kgw"
)

// What most tests serve: shop.example has everything, two.example two endpoints.
const served = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  gatewayClassName: kgw
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: shop}
spec: {static: {hosts: [{addr: 192.0.2.1, port: 8080}]}}
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: copy}
spec: {static: {hosts: [{addr: copy.example, port: 8081}]}}
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: two}
spec: {static: {hosts: [{addr: 192.0.2.21, port: 80}, {addr: 192.0.2.22, port: 80}]}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  parentRefs: [{name: edge}]
  hostnames: [shop.example]
  rules:
  - matches: [{path: {type: PathPrefix, value: /old}}]
    filters:
    - type: URLRewrite
      urlRewrite: {hostname: inside.example, path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}
    - type: RequestHeaderModifier
      requestHeaderModifier: {set: [{name: x-set, value: new}], add: [{name: x-add, value: more}], remove: [x-remove]}
    - type: ResponseHeaderModifier
      responseHeaderModifier: {set: [{name: x-answer, value: "yes"}]}
    - type: RequestMirror
      requestMirror: {backendRef: {group: gloo.solo.io, kind: Upstream, name: copy}}
    timeouts: {request: 2s, backendRequest: 500ms}
    retry: {attempts: 3, codes: [502, 503], backoff: 10ms}
    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: shop}]
  - matches: [{path: {type: PathPrefix, value: /away}}]
    filters:
    - type: RequestRedirect
      requestRedirect: {scheme: https, hostname: elsewhere.example, statusCode: 301}
  - matches: [{headers: [{name: x-tenant, value: blue}]}]
    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: two}]
  - backendRefs: [{group: gloo.solo.io, kind: Upstream, name: shop}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: two}
spec:
  parentRefs: [{name: edge}]
  hostnames: [two.example]
  rules: [{backendRefs: [{group: gloo.solo.io, kind: Upstream, name: two}]}]
`

func source(text string) kgw.Source { return kgw.Source{Name: "routes.yaml", Bytes: []byte(text)} }

// engineOf has this configuration, or else the test fails.
func engineOf(t testing.TB, options *kgw.Options, text string) *kgw.Engine {
	t.Helper()
	engine, err := kgw.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	report, err := engine.Apply(source(text))
	if err == nil {
		err = report.Err()
	}
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

func decide(t testing.TB, engine *kgw.Engine, authority, path string) *kgw.Decision {
	t.Helper()
	decision, err := engine.Route(&kgw.Request{Authority: authority, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	return decision
}

func check[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// row is what the engine's table says of one endpoint.
type row struct {
	Endpoint string
	Active   int `json:"active_requests"`
	Finished int `json:"finished_requests"`
	Failed   int `json:"failed_requests"`
}

func rowOf(t testing.TB, engine *kgw.Engine, endpoint string) row {
	t.Helper()
	table, err := engine.Endpoints()
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	if err := json.Unmarshal(table, &rows); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.Endpoint == endpoint {
			return row
		}
	}
	t.Fatalf("no endpoint %s in %s", endpoint, table)
	return row{}
}

// eventually waits until it is so, with the garbage collector at work.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		runtime.GC()
		if so() {
			return
		}
	}
	t.Fatalf("not within 10 s: %s", what)
}
