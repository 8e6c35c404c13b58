//go:build !race

package kgw_test

import (
	"net/http"
	"testing"

	"kgw.dev/kgw"
)

func allocations(t *testing.T, what string, want float64, f func()) {
	t.Helper()
	if got := testing.AllocsPerRun(1000, f); got != want {
		t.Errorf("%s: %v allocations, want %v", what, got, want)
	}
}

func TestThePathOfARequestAllocatesNothing(t *testing.T) {
	engine := engineOf(t, nil, served)
	reader, err := engine.NewReader()
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{"Accept": {"*/*"}, "X-A": {"1", "2"}, "X-Remove": {"3"}}
	request := kgw.Request{Authority: "shop.example", Path: "/old/x?y=1", HeaderMap: header}
	var d kgw.Decision
	requests, decisions := make([]kgw.Request, 16), make([]kgw.Decision, 16)
	for i := range requests {
		requests[i] = request
	}
	allocations(t, "a pooled reader", 0, func() {
		if engine.RouteInto(&d, &request) != nil || !d.AddrPort().IsValid() || d.Done(kgw.Outcome{Status: 200}) != nil {
			t.Error("failed")
		}
	})
	allocations(t, "an own reader", 0, func() {
		if reader.RouteInto(&d, &request) != nil || d.Verdict() != kgw.Forward {
			t.Error("failed")
		}
	})
	allocations(t, "a batch", 0, func() {
		if reader.RouteMany(decisions, requests) != nil || decisions[3].Timeouts().Request == 0 {
			t.Error("failed")
		}
	})
	allocations(t, "a retry", 0, func() {
		if reader.RouteInto(&d, &request) != nil || reader.Retry(&d, &request, kgw.Outcome{Result: kgw.Reset}) != nil {
			t.Error("failed")
		}
	})
	allocations(t, "with any number of texts", 1, func() {
		if reader.RouteInto(&d, &request) != nil || d.Cluster()+d.Route().Name == "" {
			t.Error("failed")
		}
	})
}
