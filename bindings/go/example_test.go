package kgw_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"

	"kgw.dev/kgw"
)

const shop = `
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
spec: {static: {hosts: [{addr: 192.0.2.1, port: 8080}, {addr: 192.0.2.2, port: 8080}]}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  parentRefs: [{name: edge}]
  hostnames: [shop.example]
  rules:
  - matches: [{path: {type: PathPrefix, value: /api}}]
    filters:
    - type: URLRewrite
      urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}
    - type: RequestHeaderModifier
      requestHeaderModifier: {set: [{name: x-from, value: edge}]}
    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: shop}]
`

// newShop is an engine that serves the shop.
func newShop() *kgw.Engine {
	engine, err := kgw.New(&kgw.Options{Set: map[string]string{"seed": "1"}})
	if err != nil {
		panic(err)
	}
	if _, err := engine.Apply(kgw.Source{Name: "shop.yaml", Bytes: []byte(shop)}); err != nil {
		panic(err)
	}
	return engine
}

func Example() {
	engine, err := kgw.New(&kgw.Options{Set: map[string]string{"seed": "1"}})
	if err != nil {
		panic(err)
	}
	defer engine.Close()
	report, err := engine.Apply(kgw.Source{Name: "shop.yaml", Bytes: []byte(shop)})
	if err != nil {
		panic(err)
	}
	fmt.Println(report.Objects, "objects,", len(report.Diagnostics), "findings")

	decision, err := engine.Route(&kgw.Request{Authority: "shop.example", Path: "/api/cart?id=7"})
	if err != nil {
		panic(err)
	}
	path, _ := decision.Path()
	fmt.Println(decision.Verdict(), decision.Endpoint(), path)
	decision.Done(kgw.Outcome{Status: 200})
	// Output:
	// 3 objects, 0 findings
	// forward 192.0.2.1:8080 /cart?id=7
}

func ExampleOpen() {
	_, err := kgw.Open(nil, "../../examples/upstreams")
	var findings *kgw.Error
	if errors.As(err, &findings) {
		for _, d := range findings.Diagnostics {
			if d.Severity == kgw.SeverityError {
				fmt.Println(d.Line, d.Code, d.Suggestion)
			}
		}
	}
	// Output: 16 UnknownValue PathPrefix
}

func ExampleEngine_Retry() {
	engine := newShop()
	defer engine.Close()
	request := kgw.Request{Authority: "shop.example", Path: "/api"}
	decision, _ := engine.Route(&request)
	fmt.Println(decision.Endpoint())
	engine.Retry(decision, &request, kgw.Outcome{Result: kgw.ConnectFailure})
	fmt.Println(decision.Endpoint())
	decision.Done(kgw.Outcome{Status: 200})
	// Output:
	// 192.0.2.1:8080
	// 192.0.2.2:8080
}

func ExampleReader_RouteMany() {
	engine := newShop()
	defer engine.Close()
	reader, err := engine.NewReader()
	if err != nil {
		panic(err)
	}
	defer reader.Close()
	requests := []kgw.Request{{Authority: "shop.example", Path: "/api"}, {Authority: "nobody.example"}}
	decisions := make([]kgw.Decision, len(requests)) // to be used again and again
	if err := reader.RouteMany(decisions, requests); err != nil {
		panic(err)
	}
	fmt.Println(decisions[0].Verdict(), decisions[1].Verdict())
	// Output: forward no_route
}

func ExampleEdits_Apply() {
	engine := newShop()
	defer engine.Close()
	decision, _ := engine.Route(&kgw.Request{Authority: "shop.example", Path: "/api"})
	header := http.Header{"X-From": {"client"}}
	decision.RequestEdits().Apply(header)
	fmt.Println(header)
	// Output: map[X-From:[edge]]
}

func ExampleEngine_WatchStatuses() {
	engine := newShop()
	defer engine.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for statuses := range engine.WatchStatuses(ctx, "HTTPRoute") {
		for _, object := range statuses.Objects {
			var status struct {
				Parents []struct {
					Conditions []struct{ Type, Status string }
				}
			}
			json.Unmarshal(object.Status(), &status)
			fmt.Println(object.Name, status.Parents[0].Conditions[0])
		}
		cancel() // one is enough here
	}
	// Output: shop {Accepted True}
}

func ExampleUpstreamType() {
	engine, _ := kgw.New(&kgw.Options{UpstreamTypes: []kgw.UpstreamType{consul{}}})
	defer engine.Close()
	engine.Apply(kgw.Source{Name: "users.yaml", Bytes: []byte(`
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: users}
spec: {consulLite: {service: users}}
`)})
	table, _ := engine.Endpoints()
	var rows []struct{ Endpoint string }
	json.Unmarshal(table, &rows)
	fmt.Println(rows)
	// Output: [{192.0.2.9:8080}]
}

// consul knows where services are: Upstreams with spec.consulLite ask it.
type consul struct{}

func (consul) Field() string { return "consulLite" }

func (consul) Resolve(upstream *kgw.Upstream) ([]kgw.UpstreamEndpoint, error) {
	var config struct{ Service string }
	if err := json.Unmarshal(upstream.Config, &config); err != nil {
		return nil, err
	}
	if config.Service == "" {
		upstream.Report("", kgw.SeverityError, "service is missing")
		return nil, nil
	}
	return []kgw.UpstreamEndpoint{{Address: netip.MustParseAddr("192.0.2.9"), Port: 8080}}, nil
}
