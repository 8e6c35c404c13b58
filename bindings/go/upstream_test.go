package kgw_test

import (
	"encoding/json"
	"errors"
	"net/netip"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"kgw.dev/kgw"
)

// registry is an Upstream type that answers as the test wants.
type registry struct {
	resolve func(*kgw.Upstream) ([]kgw.UpstreamEndpoint, error)
}

func (registry) Field() string { return "registry" }

func (r registry) Resolve(u *kgw.Upstream) ([]kgw.UpstreamEndpoint, error) { return r.resolve(u) }

var registered = strings.ReplaceAll(served,
	"static: {hosts: [{addr: 192.0.2.1, port: 8080}]}", "registry: {service: shop, zones: [a, b]}")

// engineWith has an Upstream of the type registry.
func engineWith(
	t *testing.T, resolve func(*kgw.Upstream) ([]kgw.UpstreamEndpoint, error),
) (*kgw.Engine, *kgw.Report) {
	t.Helper()
	engine, err := kgw.New(&kgw.Options{UpstreamTypes: []kgw.UpstreamType{registry{resolve}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	report, err := engine.Apply(source(registered))
	if err != nil {
		t.Fatal(err)
	}
	return engine, report
}

func TestAnUpstreamTypeNamesEndpoints(t *testing.T) {
	port := atomic.Uint32{}
	port.Store(8000)
	engine, report := engineWith(t, func(u *kgw.Upstream) ([]kgw.UpstreamEndpoint, error) {
		var config struct{ Service string }
		if err := json.Unmarshal(u.Config, &config); err != nil {
			return nil, err
		}
		check(t, "upstream", u.Namespace+"/"+u.Name+" "+config.Service, "default/shop shop")
		return []kgw.UpstreamEndpoint{
			{Address: netip.MustParseAddr("2001:db8::1"), Port: uint16(port.Load()), TLS: true, SNI: "shop.internal"},
		}, nil
	})
	check(t, "report", report.Err(), nil)
	d := decide(t, engine, "shop.example", "/")
	check(t, "endpoint", d.Endpoint().String(), "[2001:db8::1]:8000")
	check(t, "transport", d.Transport(), kgw.Transport{TLS: true, SNI: "shop.internal"})
	port.Store(8001)
	if _, err := engine.Refresh(); err != nil {
		t.Fatal(err)
	}
	check(t, "refreshed", decide(t, engine, "shop.example", "/").Endpoint().Port, 8001)
}

func TestAnUpstreamTypeMaySayThatThereIsNoneOrNothing(t *testing.T) {
	engine, _ := engineWith(t, func(*kgw.Upstream) ([]kgw.UpstreamEndpoint, error) { return nil, kgw.ErrNotFound })
	check(t, "not found", decide(t, engine, "shop.example", "/").Status(), 500)
	engine, _ = engineWith(t, func(*kgw.Upstream) ([]kgw.UpstreamEndpoint, error) { return nil, nil })
	check(t, "no endpoints", decide(t, engine, "shop.example", "/").Status(), 503)
}

func TestWhatGoesWrongInAnUpstreamTypeIsAFinding(t *testing.T) {
	cases := map[string]func(*kgw.Upstream) ([]kgw.UpstreamEndpoint, error){
		"no such zone": func(u *kgw.Upstream) ([]kgw.UpstreamEndpoint, error) {
			u.Report("/zones/1", kgw.SeverityError, "no such zone")
			return nil, nil
		},
		"connection refused": func(*kgw.Upstream) ([]kgw.UpstreamEndpoint, error) {
			return nil, errors.New("connection refused")
		},
		"registry panicked: boom": func(*kgw.Upstream) ([]kgw.UpstreamEndpoint, error) { panic("boom") },
		"neither an address nor a hostname": func(*kgw.Upstream) ([]kgw.UpstreamEndpoint, error) {
			return []kgw.UpstreamEndpoint{{Port: 80}}, nil
		},
	}
	for words, resolve := range cases {
		_, report := engineWith(t, resolve)
		err := report.Err()
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: got %v", words, err)
			continue
		}
		check(t, "place", report.Diagnostics[0].Line > 0, true)
		check(t, "field", strings.HasPrefix(report.Diagnostics[0].Field, "spec.registry"), true)
	}
}

func TestAnUpstreamTypeMayRouteButNotControl(t *testing.T) {
	var engine *kgw.Engine
	asked := 0
	engine, _ = engineWith(t, func(*kgw.Upstream) ([]kgw.UpstreamEndpoint, error) {
		asked++
		if engine == nil {
			return nil, nil
		}
		check(t, "verdict", decide(t, engine, "shop.example", "/").Verdict(), kgw.Failure)
		for _, call := range []func() (*kgw.Report, error){engine.Refresh, func() (*kgw.Report, error) {
			return engine.Apply(source(served))
		}} {
			if _, err := call(); !errors.Is(err, kgw.CodeReentrant) {
				t.Errorf("got %v", err)
			}
		}
		return nil, nil
	})
	if _, err := engine.Refresh(); err != nil {
		t.Fatal(err)
	}
	check(t, "asked", asked >= 2, true)
}

func TestUpstreamTypesThatAreNone(t *testing.T) {
	two := []kgw.UpstreamType{registry{}, registry{}}
	for name, types := range map[string][]kgw.UpstreamType{"nil": {nil}, "no field": {nameless{}}, "twice": two} {
		if engine, err := kgw.New(&kgw.Options{UpstreamTypes: types}); err == nil {
			t.Errorf("%s: no error", name)
			engine.Close()
		}
	}
}

type nameless struct{ registry }

func (nameless) Field() string { return "" }

func TestAnUpstreamTypeIsForgottenWithItsEngine(t *testing.T) {
	var collected atomic.Bool
	func() {
		held := new([1024]byte)
		runtime.AddCleanup(held, func(int) { collected.Store(true) }, 0)
		engine, _ := kgw.New(&kgw.Options{UpstreamTypes: []kgw.UpstreamType{
			registry{func(*kgw.Upstream) ([]kgw.UpstreamEndpoint, error) { held[0]++; return nil, nil }},
		}})
		if _, err := engine.Apply(source(registered)); err != nil {
			t.Fatal(err)
		}
		decide(t, engine, "shop.example", "/")
	}()
	eventually(t, "an engine that nobody holds is closed", collected.Load)
}
