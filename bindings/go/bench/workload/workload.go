// Package workload has the routes that are measured with: those of benchmarks/workload.cc: half exact paths and half
// prefixes, 100 routes a host, one of 100 weighted endpoints.
package workload

import (
	"fmt"
	"slices"
	"strings"

	"kgw.dev/kgw"
)

var words = []string{"users", "orders", "items", "v1", "v2", "admin", "search", "cart"}

// Route is one of them.
type Route struct {
	Name, Host, Path string
	Exact            bool
}

// Routes are so many; the same number gives the same ones.
func Routes(count int) []Route {
	out := make([]Route, count)
	hosts := max(1, count/100)
	for i := range out {
		k := i / hosts
		r := Route{
			Name:  fmt.Sprintf("route-%06d", i),
			Host:  fmt.Sprintf("svc-%05d.team-%02d.example.com", i%hosts, i%hosts%97),
			Exact: k%2 == 0,
		}
		if r.Exact {
			r.Path = fmt.Sprintf("/api/v1/res%06x/sub%03d", uint64(i)*2654435761%(1<<24), k%1000)
		} else {
			more := []string{"", "/" + words[k/8%8], fmt.Sprintf("/sub%d", k%5)}
			r.Path = fmt.Sprintf("/api/%s/res%03d%s", words[k%8], k, more[k%3])
		}
		out[i] = r
	}
	return out
}

// Target is one that the route answers.
func (r *Route) Target() string {
	if r.Exact {
		return r.Path + "?page=2&size=20"
	}
	return r.Path + "/x/y42?page=2&size=20"
}

// Configuration is all of them as texts that are not too large, behind one Upstream with these
// hosts.
func Configuration(routes []Route, hosts string) []kgw.Source {
	out := []kgw.Source{{Name: "gateway.yaml", Bytes: gatewayText(hosts)}}
	for part := range slices.Chunk(routes, 20_000) {
		out = append(out, kgw.Source{Name: part[0].Name + ".yaml", Bytes: routesText(part)})
	}
	return out
}

func gatewayText(hosts string) []byte {
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
	b.WriteString(hosts + "]}}\n")
	return []byte(b.String())
}

func routesText(routes []Route) []byte {
	var b strings.Builder
	for _, r := range routes {
		kind := "PathPrefix"
		if r.Exact {
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
`, r.Name, r.Host, kind, r.Path)
	}
	return []byte(b.String())
}

// Endpoints are a hundred with weights of 1 to 100.
func Endpoints() string {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "{addr: 10.0.0.%d, port: 8080, loadBalancingWeight: %d}, ", i+1, i+1)
	}
	return b.String()
}
