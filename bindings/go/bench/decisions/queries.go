package main

import (
	"math/rand/v2"
	"net/http"
	"net/url"

	"github.com/julienschmidt/httprouter"
	"kgw.dev/kgw"
	"kgw.dev/kgw/bench/workload"
)

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

func queriesOf(routes []workload.Route, count int) []query {
	random := rand.New(rand.NewPCG(1, 2))
	header := http.Header{}
	for _, line := range lines {
		header.Set(line.Name, line.Value)
	}
	out := make([]query, count)
	for i := range out {
		n := random.IntN(len(routes))
		r := &routes[n]
		target, err := url.ParseRequestURI(r.Target())
		if err != nil {
			panic(err)
		}
		out[i] = query{
			route: n,
			asked: kgw.Request{Authority: r.Host, Path: r.Target(), Headers: lines},
			http:  &http.Request{Method: "GET", Host: r.Host, URL: target, Header: header, RequestURI: r.Target()},
			key:   r.Host + r.Path,
		}
	}
	return out
}

// routers are httprouter's, one for each host. Whoever is called leaves its number.
type routers struct {
	byHost map[string]*httprouter.Router
	found  int
}

func routersOf(routes []workload.Route) *routers {
	all := &routers{byHost: map[string]*httprouter.Router{}}
	for i := range routes {
		r := &routes[i]
		router := all.byHost[r.Host]
		if router == nil {
			router = httprouter.New()
			all.byHost[r.Host] = router
		}
		path := r.Path
		if !r.Exact {
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
