package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"

	"github.com/julienschmidt/httprouter"
	"kgw.dev/kgw"
)

// The workload of benchmarks/workload.cc: half exact paths and half prefixes, 100 routes a host, GET,
// 12 field lines, a query string, one of 100 weighted endpoints.

var words = []string{"users", "orders", "items", "v1", "v2", "admin", "search", "cart"}

type route struct {
	name, host, path string
	exact            bool
}

func routesOf(count int) []route {
	out := make([]route, count)
	hosts := max(1, count/100)
	for i := range out {
		k := i / hosts
		r := route{
			name:  fmt.Sprintf("route-%06d", i),
			host:  fmt.Sprintf("svc-%05d.team-%02d.example.com", i%hosts, i%hosts%97),
			exact: k%2 == 0,
		}
		if r.exact {
			r.path = fmt.Sprintf("/api/v1/res%06x/sub%03d", uint64(i)*2654435761%(1<<24), k%1000)
		} else {
			more := []string{"", "/" + words[k/8%8], fmt.Sprintf("/sub%d", k%5)}
			r.path = fmt.Sprintf("/api/%s/res%03d%s", words[k%8], k, more[k%3])
		}
		out[i] = r
	}
	return out
}

// asked is a target that the route answers.
func (r *route) asked() string {
	if r.exact {
		return r.path + "?page=2&size=20"
	}
	return r.path + "/x/y42?page=2&size=20"
}

func configuration(routes []route) []byte {
	var b strings.Builder
	b.WriteString(`apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web}
spec: {gatewayClassName: kgw, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: shop}
spec: {static: {hosts: [`)
	for i := range 100 {
		fmt.Fprintf(&b, "{addr: 10.0.0.%d, port: 8080, loadBalancingWeight: %d}, ", i+1, i+1)
	}
	b.WriteString("]}}\n")
	for _, r := range routes {
		kind := "PathPrefix"
		if r.exact {
			kind = "Exact"
		}
		fmt.Fprintf(&b, `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: %s}
spec:
  parentRefs: [{name: web}]
  hostnames: [%s]
  rules:
  - matches: [{path: {type: %s, value: %s}}]
    backendRefs: [{group: gloo.solo.io, kind: Upstream, name: shop}]
`, r.name, r.host, kind, r.path)
	}
	return []byte(b.String())
}

var lines = []kgw.Header{
	{Name: "user-agent", Value: "bench/1.0"}, {Name: "accept", Value: "application/json"},
	{Name: "accept-encoding", Value: "gzip, br"}, {Name: "accept-language", Value: "en"},
	{Name: "cache-control", Value: "no-cache"}, {Name: "content-type", Value: "application/json"},
	{Name: "x-request-id", Value: "0123456789"}, {Name: "x-forwarded-for", Value: "192.0.2.1"},
	{Name: "x-forwarded-proto", Value: "https"}, {Name: "authorization", Value: "Bearer abcdef"},
	{Name: "cookie", Value: "session=0123456789"}, {Name: "x-tenant", Value: "tenant-000042"},
}

// query is one request in the form of each contestant.
type query struct {
	route int
	asked kgw.Request
	http  *http.Request
	key   string // what a plain map is asked: the route's own host and path
}

func queriesOf(routes []route, count int) []query {
	random := rand.New(rand.NewPCG(1, 2))
	header := http.Header{}
	for _, line := range lines {
		header.Set(line.Name, line.Value)
	}
	out := make([]query, count)
	for i := range out {
		n := random.IntN(len(routes))
		r := &routes[n]
		target, err := url.ParseRequestURI(r.asked())
		if err != nil {
			panic(err)
		}
		out[i] = query{
			route: n,
			asked: kgw.Request{Authority: r.host, Path: r.asked(), Headers: lines},
			http:  &http.Request{Method: "GET", Host: r.host, URL: target, Header: header, RequestURI: r.asked()},
			key:   r.host + r.path,
		}
	}
	return out
}

// routers are httprouter's, one for each host. Whoever is called leaves its number.
type routers struct {
	byHost map[string]*httprouter.Router
	found  int
}

func routersOf(routes []route) *routers {
	all := &routers{byHost: map[string]*httprouter.Router{}}
	for i := range routes {
		r := &routes[i]
		router := all.byHost[r.host]
		if router == nil {
			router = httprouter.New()
			all.byHost[r.host] = router
		}
		path := r.path
		if !r.exact {
			path += "/*rest"
		}
		router.Handle("GET", path, func(http.ResponseWriter, *http.Request, httprouter.Params) { all.found = i })
	}
	return all
}

func (all *routers) ask(q *query) int {
	all.byHost[q.http.Host].ServeHTTP(nil, q.http)
	return all.found
}
