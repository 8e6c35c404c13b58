package kgw_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kgw.dev/kgw"
)

func TestEverythingSaysClosedAfterClose(t *testing.T) {
	engine := engineOf(t, nil, served)
	reader, err := engine.NewReader()
	if err != nil {
		t.Fatal(err)
	}
	d := decide(t, engine, "shop.example", "/")
	ticket := decide(t, engine, "shop.example", "/").TakeTicket()
	engine.Close()
	engine.Close()
	request := &kgw.Request{Authority: "shop.example"}
	calls := map[string]func() error{
		"Route":     func() error { _, err := engine.Route(request); return err },
		"RouteInto": func() error { return engine.RouteInto(d, request) },
		"RouteMany": func() error { return engine.RouteMany(make([]kgw.Decision, 1), make([]kgw.Request, 1)) },
		"Retry":     func() error { return engine.Retry(d, request, kgw.Outcome{}) },
		"Reader":    func() error { _, err := reader.Route(request); return err },
		"NewReader": func() error { _, err := engine.NewReader(); return err },
		"Done":      func() error { return d.Done(kgw.Outcome{}) },
		"Ticket":    func() error { return ticket.Done(kgw.Outcome{}) },
		"Apply":     func() error { _, err := engine.Apply(source(served)); return err },
		"Load":      func() error { _, err := engine.Load("x"); return err },
		"Watch":     func() error { _, err := engine.Watch("x"); return err },
		"Refresh":   func() error { _, err := engine.Refresh(); return err },
		"Poll":      func() error { _, err := engine.Poll(0); return err },
		"Start":     engine.Start,
		"Stats":     func() error { _, err := engine.Stats(); return err },
		"Routes":    func() error { _, err := engine.Routes(); return err },
		"Endpoints": func() error { _, err := engine.Endpoints(); return err },
		"Objects":   func() error { _, err := engine.Objects("Gateway"); return err },
		"Explain":   func() error { _, err := engine.Explain(request); return err },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, kgw.ErrClosed) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	check(t, "FD", engine.FD(), -1)
	check(t, "what was decided", d.Cluster(), "shop_default")
	check(t, "closing the reader", reader.Close(), nil)
	check(t, "and again", reader.Close(), nil)
}

func TestAReaderInTwoGoroutinesIsAnError(t *testing.T) {
	engine := engineOf(t, nil, served)
	reader, err := engine.NewReader()
	if err != nil {
		t.Fatal(err)
	}
	var busy, fine atomic.Int64
	var all sync.WaitGroup
	for range 4 {
		all.Add(1)
		go func() {
			defer all.Done()
			var d kgw.Decision
			for end := time.Now().Add(200 * time.Millisecond); time.Now().Before(end); {
				switch err := reader.RouteInto(&d, &kgw.Request{Authority: "shop.example", Path: "/old/x"}); {
				case err == nil && d.Cluster() == "shop_default":
					fine.Add(1)
				case errors.Is(err, kgw.CodeBusy):
					busy.Add(1)
				default:
					t.Errorf("%v, cluster %q", err, d.Cluster())
					return
				}
			}
		}()
	}
	all.Wait()
	if busy.Load() == 0 || fine.Load() == 0 {
		t.Errorf("busy %d times, fine %d times", busy.Load(), fine.Load())
	}
}

func TestAReaderOfAnEngineThatNobodyHoldsGoesOn(t *testing.T) {
	reader, err := engineFor(t).NewReader()
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		eventually(t, "it routes", func() bool {
			d, err := reader.Route(&kgw.Request{Authority: "shop.example"})
			return err == nil && d.Cluster() == "shop_default"
		})
	}
}

// engineFor is an engine that nothing but the caller holds.
func engineFor(t *testing.T) *kgw.Engine {
	engine, err := kgw.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := engine.Apply(source(served)); err != nil {
		t.Fatal(err)
	}
	return engine
}

func TestAClosedReaderSaysSo(t *testing.T) {
	engine := engineOf(t, nil, served)
	reader, _ := engine.NewReader()
	reader.Close()
	if _, err := reader.Route(&kgw.Request{}); !errors.Is(err, kgw.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestCloseWhileOthersAreAtIt(t *testing.T) {
	for range 20 {
		engine := engineFor(t)
		var all sync.WaitGroup
		for range 4 {
			all.Add(1)
			go func() {
				defer all.Done()
				var d kgw.Decision
				for {
					err := engine.RouteInto(&d, &kgw.Request{Authority: "shop.example", Path: "/old/x"})
					if err == nil {
						err = d.Done(kgw.Outcome{Status: 200})
					}
					if err == nil {
						_, err = engine.Stats()
					}
					if errors.Is(err, kgw.ErrClosed) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
			}()
		}
		time.Sleep(2 * time.Millisecond)
		engine.Close()
		all.Wait()
	}
}

func TestValuesThatAreNone(t *testing.T) {
	engine := engineOf(t, nil, served)
	for name, request := range map[string]*kgw.Request{"nil": nil, "protocol": {Protocol: 99}} {
		if _, err := engine.Route(request); !errors.Is(err, kgw.CodeInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
		if _, err := engine.Explain(request); !errors.Is(err, kgw.CodeInvalid) {
			t.Errorf("explain %s: got %v", name, err)
		}
	}
	requests := make([]kgw.Request, 40)
	for i := range requests {
		requests[i] = kgw.Request{Authority: "shop.example", Path: "/old"}
	}
	requests[35].Protocol = 99
	decisions := make([]kgw.Decision, 40)
	if err := engine.RouteMany(decisions, requests); !errors.Is(err, kgw.CodeInvalid) {
		t.Errorf("many: got %v", err)
	}
	check(t, "verdict of the first", decisions[0].Verdict(), kgw.Reject)
	check(t, "active", rowOf(t, engine, "192.0.2.1:8080").Active+rowOf(t, engine, "copy.example:8081").Active, 0)
	if err := engine.RouteMany(make([]kgw.Decision, 2), make([]kgw.Request, 1)); !errors.Is(err, kgw.CodeInvalid) {
		t.Errorf("two decisions for one request: got %v", err)
	}
	if err := decide(t, engine, "shop.example", "/").Done(kgw.Outcome{Result: 99}); !errors.Is(err, kgw.CodeInvalid) {
		t.Errorf("outcome: got %v", err)
	}
}
