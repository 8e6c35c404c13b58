package kgw_test

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"

	"kgw.dev/kgw"
)

func TestARequestIsActiveUntilItIsDone(t *testing.T) {
	engine := engineOf(t, nil, served)
	d := decide(t, engine, "shop.example", "/")
	check(t, "active", rowOf(t, engine, "192.0.2.1:8080").Active, 1)
	check(t, "done", d.Done(kgw.Outcome{Status: 200}), nil)
	check(t, "done again", d.Done(kgw.Outcome{Result: kgw.Reset}), nil)
	check(t, "row", rowOf(t, engine, "192.0.2.1:8080"), row{Endpoint: "192.0.2.1:8080", Finished: 1})
}

func TestAForgottenRequestIsAborted(t *testing.T) {
	engine := engineOf(t, nil, served)
	check(t, "verdict", decide(t, engine, "shop.example", "/old").Verdict(), kgw.Forward)
	decide(t, engine, "shop.example", "/").TakeTicket()
	mirrored := decide(t, engine, "shop.example", "/old")
	check(t, "mirrors", len(mirrored.TakeMirrors()), 1)
	mirrored.Done(kgw.Outcome{})
	eventually(t, "nothing is active", func() bool {
		return rowOf(t, engine, "192.0.2.1:8080").Active == 0 && rowOf(t, engine, "copy.example:8081").Active == 0
	})
}

// The call takes long, so that the garbage collector finds the decision while C still fills it.
func TestADecisionThatNobodyReadsIsAbortedAfterItWasFilled(t *testing.T) {
	slow := strings.ReplaceAll(served, "{name: x-tenant, value: blue}",
		"{name: x-tenant, type: RegularExpression, value: '.*a[ab]{20}c'}")
	engine := engineOf(t, nil, slow)
	reader, err := engine.NewReader()
	if err != nil {
		t.Fatal(err)
	}
	var value strings.Builder
	for random := rand.New(rand.NewPCG(1, 2)); value.Len() < 60_000; {
		value.WriteByte("ab"[random.IntN(2)])
	}
	request := &kgw.Request{
		Authority: "shop.example", Path: "/", Headers: []kgw.Header{{Name: "x-tenant", Value: value.String()}},
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	for range 10 {
		if err := reader.RouteInto(new(kgw.Decision), request); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	<-stopped
	eventually(t, "nothing is active", func() bool { return rowOf(t, engine, "192.0.2.1:8080").Active == 0 })
}

func TestADecisionFilledAnewIsAborted(t *testing.T) {
	engine := engineOf(t, nil, served)
	var d kgw.Decision
	for range 3 {
		if err := engine.RouteInto(&d, &kgw.Request{Authority: "shop.example", Path: "/old"}); err != nil {
			t.Fatal(err)
		}
		check(t, "active", rowOf(t, engine, "192.0.2.1:8080").Active, 1)
		check(t, "active mirrors", rowOf(t, engine, "copy.example:8081").Active, 1)
	}
	check(t, "failed", rowOf(t, engine, "192.0.2.1:8080").Failed, 0)
}

func TestATakenTicketIsDoneOnceByAnyGoroutine(t *testing.T) {
	engine := engineOf(t, nil, served)
	d := decide(t, engine, "shop.example", "/")
	ticket := d.TakeTicket()
	check(t, "done of the decision", d.Done(kgw.Outcome{}), nil)
	check(t, "active", rowOf(t, engine, "192.0.2.1:8080").Active, 1)
	var all sync.WaitGroup
	for range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			if err := ticket.Done(kgw.Outcome{Result: kgw.ConnectFailure}); err != nil {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	check(t, "row", rowOf(t, engine, "192.0.2.1:8080"), row{Endpoint: "192.0.2.1:8080", Finished: 1, Failed: 1})
}

func TestMirrorsAreTakenOnce(t *testing.T) {
	engine := engineOf(t, nil, served)
	d := decide(t, engine, "shop.example", "/old")
	mirrors := d.TakeMirrors()
	check(t, "mirrors", len(mirrors), 1)
	check(t, "endpoint", mirrors[0].Endpoint, kgw.Endpoint{Hostname: "copy.example", Port: 8081})
	check(t, "backend", mirrors[0].Backend.Name, "copy")
	check(t, "left", len(d.TakeMirrors()), 0)
	check(t, "active", rowOf(t, engine, "copy.example:8081").Active, 1)
	check(t, "done", mirrors[0].Ticket.Done(kgw.Outcome{Status: 204}), nil)
	check(t, "active then", rowOf(t, engine, "copy.example:8081").Active, 0)
}

func TestARetryGoesElsewhere(t *testing.T) {
	engine := engineOf(t, nil, served)
	request := kgw.Request{Authority: "two.example"}
	d, err := engine.Route(&request)
	if err != nil {
		t.Fatal(err)
	}
	first := d.Endpoint()
	if err := engine.Retry(d, &request, kgw.Outcome{Result: kgw.ConnectFailure}); err != nil {
		t.Fatal(err)
	}
	check(t, "verdict", d.Verdict(), kgw.Forward)
	check(t, "same endpoint", d.Endpoint() == first, false)
	check(t, "the first try", rowOf(t, engine, first.String()), row{Endpoint: first.String(), Finished: 1, Failed: 1})
	check(t, "the second", rowOf(t, engine, d.Endpoint().String()).Active, 1)
	if err := engine.Retry(d, nil, kgw.Outcome{Result: kgw.Timeout}); err != nil {
		t.Fatal(err)
	}
	check(t, "endpoint alone", d.Endpoint().Port, 80)
	check(t, "done", d.Done(kgw.Outcome{Status: 200}), nil)
}

func TestARetryIsRefusedForWhatIsNotAskedYet(t *testing.T) {
	engine, other := engineOf(t, nil, served), engineOf(t, nil, served)
	var d kgw.Decision
	if err := engine.Retry(&d, nil, kgw.Outcome{}); !errors.Is(err, kgw.CodeInvalid) {
		t.Errorf("got %v", err)
	}
	theirs := decide(t, other, "shop.example", "/")
	if err := engine.Retry(theirs, nil, kgw.Outcome{}); !errors.Is(err, kgw.CodeInvalid) {
		t.Errorf("got %v", err)
	}
	if err := other.Retry(theirs, nil, kgw.Outcome{Result: 99}); !errors.Is(err, kgw.CodeInvalid) {
		t.Errorf("got %v", err)
	}
	check(t, "verdict after a refused retry", theirs.Verdict(), kgw.Reject)
	check(t, "active", rowOf(t, other, "192.0.2.1:8080").Active, 1)
	check(t, "done", theirs.Done(kgw.Outcome{}), nil)
	check(t, "active then", rowOf(t, other, "192.0.2.1:8080").Active, 0)
}

func TestPeekLeavesNoTrace(t *testing.T) {
	engine := engineOf(t, nil, served)
	request := kgw.Request{Authority: "two.example", Peek: true}
	first, err := engine.Route(&request)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "active", rowOf(t, engine, first.Endpoint().String()).Active, 0)
	check(t, "done", first.Done(kgw.Outcome{}), nil)
	reader, err := engine.NewReader()
	if err != nil {
		t.Fatal(err)
	}
	peeked, _ := reader.Route(&request)
	real, _ := reader.Route(&kgw.Request{Authority: "two.example"})
	check(t, "the next answer", real.Endpoint(), peeked.Endpoint())
}

func TestResultsHaveWords(t *testing.T) {
	check(t, "reset", kgw.Reset.String(), "reset")
	check(t, "none", kgw.Result(99).String(), "unknown")
}

func TestManyAreDoneAtOnce(t *testing.T) {
	engine := engineOf(t, nil, served)
	requests, decisions := make([]kgw.Request, 150), make([]kgw.Decision, 150)
	outcomes := make([]kgw.Outcome, 150)
	for i := range requests {
		requests[i] = kgw.Request{Authority: "shop.example"}
		outcomes[i].Status = 200
	}
	for range 2 { // what is filled anew counts as aborted
		if err := engine.RouteMany(decisions, requests); err != nil {
			t.Fatal(err)
		}
		check(t, "active", rowOf(t, engine, "192.0.2.1:8080").Active, 150)
	}
	outcomes[149].Result = kgw.Reset
	check(t, "done", engine.DoneMany(decisions, outcomes), nil)
	check(t, "done again", engine.DoneMany(decisions, outcomes), nil)
	row := rowOf(t, engine, "192.0.2.1:8080")
	check(t, "active then", row.Active, 0)
	check(t, "failed", row.Failed, 1)
	if err := engine.DoneMany(decisions, outcomes[1:]); !errors.Is(err, kgw.CodeInvalid) {
		t.Errorf("got %v", err)
	}
	engine.RouteMany(decisions, requests)
	engine.Close()
	check(t, "closed", errors.Is(engine.DoneMany(decisions, outcomes), kgw.ErrClosed), true)
}
