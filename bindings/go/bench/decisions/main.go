// Decisions says what a decision costs in Go, beside the same in C, beside httprouter with a router for
// each host, and beside a map.
//
//	decisions [-routes N] [-rounds N]
//
// Every answer is compared with the expected route first: one that differs ends the run. Then all
// take turns in one process, and the medians of their ratios are printed. "kgw" makes the whole
// decision from a request with 12 field lines, picks one of 100 endpoints, and is told the outcome;
// httprouter knows the host's map, method and path; the map is asked for the route's own host and
// path, and cannot match anything else.
package main

import (
	"flag"
	"fmt"
	"log"
	"slices"
	"strings"

	"kgw.dev/kgw"
	"kgw.dev/kgw/bench/workload"
)

const (
	nameInC     = "kgw in C, one by one"
	namePerHost = "httprouter per host"

	batch   = 64
	queries = 1 << 14
	turn    = 32 * batch // requests in one turn
)

// contestant answers the requests from..from+turn.
type contestant struct {
	name string
	run  func(from int)
}

func main() {
	routes := flag.Int("routes", 10_000, "how many routes")
	rounds := flag.Int("rounds", 200, "how often each contestant takes its turn")
	only := flag.String("only", "", "measure those alone whose names have this in them, for a profiler")
	flag.Parse()
	log.SetFlags(0)
	all := workload.Routes(*routes)
	list, err := contestantsOf(all, queriesOf(all, queries))
	if err != nil {
		log.Fatal(err)
	}
	if *only != "" {
		list = slices.DeleteFunc(list, func(c contestant) bool { return !strings.Contains(c.name, *only) })
	}
	fmt.Printf("%d routes on %d hosts, %d rounds; every answer was right\n", *routes, max(1, *routes/100), *rounds)
	report(list, measure(list, *rounds))
}

func contestantsOf(routes []workload.Route, qs []query) ([]contestant, error) {
	config := workload.Configuration(routes, workload.Endpoints())
	engine, reader, err := newEngine(config)
	if err != nil {
		return nil, err
	}
	inC, err := newNative(config, qs)
	if err != nil {
		return nil, err
	}
	perHost := routersOf(routes)
	plain := map[string]int{}
	for i := range routes {
		plain[routes[i].Host+routes[i].Path] = i
	}
	if err := verify(routes, qs, reader, inC, perHost, plain); err != nil {
		return nil, err
	}
	asked := make([]kgw.Request, len(qs))
	for i := range qs {
		asked[i] = qs[i].asked
	}
	return []contestant{
		{nameInC, func(from int) {
			if !inC.run(from, turn) {
				log.Fatal("C failed")
			}
		}},
		{"kgw in Go, batch of 64", batches(engine, reader, asked)},
		{"kgw in Go, one by one", singles(engine, asked)},
		{namePerHost, func(from int) {
			for i := from; i < from+turn; i++ {
				perHost.ask(&qs[i])
			}
		}},
		{"map", func(from int) {
			for i := from; i < from+turn; i++ {
				sink += plain[qs[i].key]
			}
		}},
	}, nil
}

var sink int

func newEngine(config []kgw.Source) (*kgw.Engine, *kgw.Reader, error) {
	engine, err := kgw.New(nil)
	if err != nil {
		return nil, nil, err
	}
	report, err := engine.Apply(config...)
	if err != nil {
		return nil, nil, err
	}
	if err := report.Err(); err != nil {
		return nil, nil, err
	}
	reader, err := engine.NewReader()
	return engine, reader, err
}

func batches(engine *kgw.Engine, reader *kgw.Reader, asked []kgw.Request) func(int) {
	decisions, outcomes := make([]kgw.Decision, batch), make([]kgw.Outcome, batch)
	for i := range outcomes {
		outcomes[i].Status = 200
	}
	return func(from int) {
		for at := from; at < from+turn; at += batch {
			if err := reader.RouteMany(decisions, asked[at:at+batch]); err != nil {
				log.Fatal(err)
			}
			for i := range decisions {
				if !decisions[i].AddrPort().IsValid() {
					log.Fatal("no endpoint")
				}
			}
			if err := engine.DoneMany(decisions, outcomes); err != nil {
				log.Fatal(err)
			}
		}
	}
}

func singles(engine *kgw.Engine, asked []kgw.Request) func(int) {
	var decision kgw.Decision
	return func(from int) {
		for i := from; i < from+turn; i++ {
			if err := engine.RouteInto(&decision, &asked[i]); err != nil {
				log.Fatal(err)
			}
			if !decision.AddrPort().IsValid() {
				log.Fatal("no endpoint")
			}
			if err := decision.Done(kgw.Outcome{Status: 200}); err != nil {
				log.Fatal(err)
			}
		}
	}
}

func verify(
	routes []workload.Route, qs []query, reader *kgw.Reader, inC *native, perHost *routers, plain map[string]int,
) error {
	for i := range qs {
		want := routes[qs[i].route].Name
		decision, err := reader.Route(&qs[i].asked)
		if err != nil {
			return err
		}
		if got := decision.Route().Name; got != want {
			return fmt.Errorf("kgw: %s instead of %s for %s", got, want, qs[i].asked.Path)
		}
		if got := inC.name(i); got != want {
			return fmt.Errorf("kgw in C: %s instead of %s", got, want)
		}
		if got := perHost.ask(&qs[i]); got != qs[i].route {
			return fmt.Errorf("httprouter: %d instead of %d", got, qs[i].route)
		}
		if got, ok := plain[qs[i].key]; !ok || got != qs[i].route {
			return fmt.Errorf("map: %d instead of %d", got, qs[i].route)
		}
	}
	return nil
}

// measure has the processor time of a request in nanoseconds, for each contestant one of each round.
func measure(list []contestant, rounds int) [][]float64 {
	out := make([][]float64, len(list))
	for round := range rounds + 1 {
		from := round * turn % queries
		for i, c := range list {
			before := cpu()
			c.run(from)
			spent := float64(cpu()-before) / turn
			if round > 0 { // the first one warms up
				out[i] = append(out[i], spent)
			}
		}
	}
	return out
}

// report has ratios to C and to httprouter, if those took part.
func report(list []contestant, times [][]float64) {
	for i, c := range list {
		fmt.Printf("%-24s %8.0f ns", c.name, median(times[i]))
		for j, other := range list {
			if i != j && (other.name == nameInC || other.name == namePerHost) {
				fmt.Printf("  %5.2f x %s", ratio(times[i], times[j]), other.name)
			}
		}
		fmt.Println()
	}
}

func ratio(a, b []float64) float64 {
	each := make([]float64, len(a))
	for i := range a {
		each[i] = a[i] / b[i]
	}
	return median(each)
}

func median(all []float64) float64 {
	sorted := slices.Clone(all)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}
