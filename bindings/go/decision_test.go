package kgw_test

import (
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"kgw.dev/kgw"
)

func TestAForwardSaysWhereAndHow(t *testing.T) {
	engine := engineOf(t, nil, served)
	d := decide(t, engine, "shop.example", "/old/x?y=1")
	check(t, "verdict", d.Verdict(), kgw.Forward)
	check(t, "reason", d.Reason(), "")
	check(t, "gateway", d.Gateway(), "default/edge")
	check(t, "listener", d.Listener(), "http")
	check(t, "route", d.Route(), kgw.Route{Kind: "HTTPRoute", Namespace: "default", Name: "shop"})
	check(t, "backend", d.Backend(), kgw.Backend{
		Group: "gloo.solo.io", Kind: "Upstream", Namespace: "default", Name: "shop"})
	check(t, "cluster", d.Cluster(), "shop_default")
	check(t, "endpoint", d.Endpoint(), kgw.Endpoint{Address: "192.0.2.1", Port: 8080})
	check(t, "address", d.AddrPort(), netip.MustParseAddrPort("192.0.2.1:8080"))
	check(t, "timeouts", d.Timeouts(), kgw.Timeouts{Request: 2 * time.Second, Backend: 500 * time.Millisecond})
	check(t, "transport", d.Transport(), kgw.Transport{})
	check(t, "generation", d.Generation(), 1)
	retry := d.RetryPolicy()
	check(t, "attempts", retry.Attempts, 3)
	check(t, "backoff", retry.Backoff, 10*time.Millisecond)
	check(t, "codes", slices.Equal(retry.Codes, []uint16{502, 503}), true)
	check(t, "503 is tried again", retry.Has(503), true)
	check(t, "500 is not", retry.Has(500), false)
}

func TestWhatIsUnchangedIsNotRepeated(t *testing.T) {
	engine := engineOf(t, nil, served)
	d := decide(t, engine, "shop.example", "/old/x?y=1")
	path, changed := d.Path()
	check(t, "path", path, "/new/x?y=1")
	check(t, "path changed", changed, true)
	authority, changed := d.Authority()
	check(t, "authority", authority, "inside.example")
	check(t, "authority changed", changed, true)
	_, method := d.Method()
	_, scheme := d.Scheme()
	check(t, "method or scheme changed", method || scheme, false)
	_, changed = decide(t, engine, "shop.example", "/").Path()
	check(t, "another path changed", changed, false)
}

func TestEditsApplyToAnHTTPHeader(t *testing.T) {
	engine := engineOf(t, nil, served)
	d := decide(t, engine, "shop.example", "/old")
	header := http.Header{"X-Set": {"a", "b"}, "X-Add": {"first"}, "X-Remove": {"1"}, "X-Other": {"kept"}}
	d.RequestEdits().Apply(header)
	want := http.Header{"X-Set": {"new"}, "X-Add": {"first", "more"}, "X-Other": {"kept"}}
	check(t, "request", maps.EqualFunc(header, want, slices.Equal), true)
	answer := http.Header{}
	d.ResponseEdits().Apply(answer)
	check(t, "answer", answer.Get("x-answer"), "yes")
	check(t, "empty", decide(t, engine, "two.example", "/").RequestEdits().Empty(), true)
	check(t, "not empty", d.RequestEdits().Empty(), false)
	for range d.RequestEdits().Set() {
		break // leaving early is fine
	}
}

func TestRedirectsAndRefusalsAreWholeAnswers(t *testing.T) {
	engine := engineOf(t, nil, served)
	d := decide(t, engine, "shop.example", "/away/x")
	check(t, "redirect", d.Verdict(), kgw.Redirect)
	check(t, "status", d.Status(), 301)
	for name, value := range d.ResponseEdits().Set() {
		check(t, name, value, "https://elsewhere.example/away/x")
	}
	d = decide(t, engine, "nobody.example", "/")
	check(t, "no route", d.Verdict(), kgw.NoRoute)
	check(t, "no route in words", d.Verdict().String(), "no_route")
	d, err := engine.Route(&kgw.Request{Authority: "shop.example", Port: 9})
	if err != nil {
		t.Fatal(err)
	}
	check(t, "no listener", d.Verdict(), kgw.Reject)
	check(t, "reason", d.Reason(), "NoListener")
	check(t, "no endpoint", d.AddrPort().IsValid(), false)
}

func TestHeadersMatchFromListAndMap(t *testing.T) {
	engine := engineOf(t, nil, served)
	lines := kgw.Request{Authority: "shop.example", Headers: []kgw.Header{{Name: "x-Tenant", Value: "blue"}}}
	header := kgw.Request{Authority: "shop.example", HeaderMap: http.Header{"X-Tenant": {"blue"}}}
	for _, request := range []*kgw.Request{&lines, &header} {
		d, err := engine.Route(request)
		if err != nil {
			t.Fatal(err)
		}
		check(t, "cluster", d.Cluster(), "two_default")
	}
}

func TestABadRequestIsAnswered(t *testing.T) {
	engine := engineOf(t, nil, served)
	for path, status := range map[string]int{
		"/a\x00b": 400, "/" + strings.Repeat("x", 100_000): 414, "/" + strings.Repeat("x", 50_000_000): 414,
	} {
		d := decide(t, engine, "shop.example", path)
		check(t, "verdict", d.Verdict(), kgw.Failure)
		check(t, "status", d.Status(), status)
		check(t, "reason", d.Reason(), "BadRequest")
	}
	many := make([]kgw.Header, 200_000)
	for i := range many {
		many[i] = kgw.Header{Name: "x-a", Value: "b"}
	}
	d, err := engine.Route(&kgw.Request{Authority: "shop.example", Headers: many})
	if err != nil {
		t.Fatal(err)
	}
	check(t, "status of too many headers", d.Status(), 431)
}

func TestTextsOutliveTheirDecision(t *testing.T) {
	engine := engineOf(t, nil, served)
	var d kgw.Decision
	kept := map[string]string{}
	for _, x := range []string{"a", "bb", "ccc"} {
		if err := engine.RouteInto(&d, &kgw.Request{Authority: "shop.example", Path: "/old/" + x}); err != nil {
			t.Fatal(err)
		}
		kept[x], _ = d.Path()
	}
	codes := d.RetryPolicy().Codes
	engine.Close()
	if err := engine.RouteInto(&d, &kgw.Request{}); err == nil {
		t.Error("a closed engine routes")
	}
	for x, path := range kept {
		check(t, "path", path, "/new/"+x)
	}
	check(t, "codes", slices.Equal(codes, []uint16{502, 503}), true)
}

func TestADecisionThatWasNeverFilledRejects(t *testing.T) {
	var d kgw.Decision
	check(t, "verdict", d.Verdict(), kgw.Reject)
	check(t, "texts", d.Gateway()+d.Cluster()+d.Reason()+d.Body()+d.Endpoint().Host(), "")
	check(t, "timeouts", d.Timeouts(), kgw.Timeouts{Request: kgw.Unset, Backend: kgw.Unset})
	check(t, "mirrors", len(d.TakeMirrors()), 0)
	check(t, "done", d.Done(kgw.Outcome{}), nil)
	check(t, "ticket", d.TakeTicket().Done(kgw.Outcome{}), nil)
	d.RequestEdits().Apply(http.Header{})
	text, err := d.JSON(nil)
	if err != nil || !strings.HasPrefix(string(text), `{"verdict":"reject"`) {
		t.Errorf("JSON: %s, %v", text, err)
	}
}

func TestTextsLargerThanTheFirstBufferArrive(t *testing.T) {
	engine := engineOf(t, nil, served)
	long := strings.Repeat("x", 60_000)
	d := decide(t, engine, "shop.example", "/old/"+long)
	path, _ := d.Path()
	check(t, "path", path, "/new/"+long)
	check(t, "cluster", d.Cluster(), "shop_default")
	requests := make([]kgw.Request, 10)
	decisions := make([]kgw.Decision, len(requests))
	for i := range requests {
		requests[i] = kgw.Request{Authority: "shop.example", Path: "/old/" + long[:i*1000]}
	}
	for range 2 {
		if err := engine.RouteMany(decisions, requests); err != nil {
			t.Fatal(err)
		}
		for i := range decisions {
			path, _ := decisions[i].Path()
			check(t, "path of many", path, "/new/"+long[:i*1000])
		}
	}
}

func TestManyAreDecidedInOrder(t *testing.T) {
	engine := engineOf(t, nil, served)
	requests := []kgw.Request{
		{Authority: "shop.example", Path: "/old/a"}, {Authority: "nobody.example"}, {Authority: "two.example"},
		{Authority: "shop.example", Headers: []kgw.Header{{Name: "x-tenant", Value: "blue"}}},
	}
	decisions := make([]kgw.Decision, 4)
	if err := engine.RouteMany(decisions, requests); err != nil {
		t.Fatal(err)
	}
	for i, cluster := range []string{"shop_default", "", "two_default", "two_default"} {
		check(t, "cluster", decisions[i].Cluster(), cluster)
		alone, err := decisions[i].JSON(&requests[i])
		if err != nil || !strings.Contains(string(alone), cluster) {
			t.Errorf("JSON: %s, %v", alone, err)
		}
	}
	check(t, "none", engine.RouteMany(nil, nil), nil)
}

func TestEndpointsCanBeDialled(t *testing.T) {
	for endpoint, want := range map[kgw.Endpoint]string{
		{Address: "192.0.2.1", Port: 80}:      "tcp 192.0.2.1:80",
		{Address: "2001:db8::1", Port: 80}:    "tcp [2001:db8::1]:80",
		{Hostname: "shop.example", Port: 443}: "tcp shop.example:443",
		{Address: "unix:/run/shop.sock"}:      "unix /run/shop.sock",
	} {
		network, address := endpoint.Dial()
		check(t, "dial", network+" "+address, want)
	}
	check(t, "socket", kgw.Endpoint{Address: "unix:/run/shop.sock"}.String(), "unix:/run/shop.sock")
}
