// Proxies says how much processor time a reverse proxy in Go spends on a request, by who decides
// where it goes: kgw, http.ServeMux, or nobody (one backend for everything).
//
//	proxies [-routes 10,1000,10000] [-requests N] [-rounds N] [-connections N]
//
// All three stand on httputil.ReverseProxy with the same connections to the same backend, and each
// is a process of its own. A client on the same machine sends them the same requests in turns; what
// is counted is the user and system time that the kernel says a proxy used, not the time it took.
package main

import (
	"flag"
	"fmt"
	"log"

	"slices"
	"strconv"
	"strings"

	"kgw.dev/kgw/bench/workload"
)

var deciders = []string{"nobody", "servemux", "kgw"}

func main() {
	log.SetFlags(0)
	role := flag.String("role", "", "internal: what this process is")
	backend := flag.String("backend", "", "internal: the address of the backend")
	counts := flag.String("routes", "10,1000,10000", "how many routes")
	requests := flag.Int("requests", 10_000, "in a turn")
	rounds := flag.Int("rounds", 10, "how often each proxy takes its turn")
	connections := flag.Int("connections", 16, "of the client")
	flag.Parse()
	if *role != "" {
		if err := serve(*role, *backend, *counts); err != nil {
			log.Fatal(err)
		}
		return
	}
	for _, text := range strings.Split(*counts, ",") {
		routes, err := strconv.Atoi(text)
		if err != nil {
			log.Fatal(err)
		}
		if err := compare(routes, *requests, *rounds, *connections); err != nil {
			log.Fatal(err)
		}
	}
}

// compare prints one line: microseconds of each, and ratios to the one that does not decide.
func compare(count, requests, rounds, connections int) error {
	backend, err := start("backend", "", count)
	if err != nil {
		return err
	}
	defer backend.end()
	var proxies []*process
	for _, decider := range deciders {
		proxy, err := start(decider, backend.address, count)
		if err != nil {
			return err
		}
		defer proxy.end()
		proxies = append(proxies, proxy)
	}
	routes := workload.Routes(count)
	for i, proxy := range proxies {
		if err := verify(proxy.address, routes, deciders[i] != "nobody"); err != nil {
			return fmt.Errorf("%s: %w", deciders[i], err)
		}
	}
	spent := make([][]float64, len(proxies))
	for round := range rounds + 1 {
		for i, proxy := range proxies {
			before := proxy.cpu()
			if err := load(proxy.address, routes, requests, connections); err != nil {
				return err
			}
			if round > 0 { // the first one warms up
				spent[i] = append(spent[i], (proxy.cpu()-before)*1e6/float64(requests))
			}
		}
	}
	fmt.Printf("%6d routes:", count)
	for i, decider := range deciders {
		fmt.Printf("  %s %.1f us (%.2f)", decider, median(spent[i]), ratio(spent[i], spent[0]))
	}
	fmt.Println()
	return nil
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
