// Package kgw answers one question for any proxy: where does this request go, and how?
//
// A configuration goes in as text: Gateway API routes and kgateway Upstreams. Decisions come out:
// rule, backend, endpoint, the rewritten request, the edits of the answer.
//
//	engine, err := kgw.New(nil)
//	report, err := engine.Watch("/etc/proxy/routes") // findings are in report.Diagnostics
//	err = engine.Start()                             // follow the files
//	defer engine.Close()
//
//	decision, err := engine.Route(&kgw.Request{Authority: "shop.example", Path: "/cart?id=7"})
//	if decision.Verdict() == kgw.Forward {
//		conn, err := net.Dial(decision.Endpoint().Dial())
//		// ... and when the exchange is over:
//		decision.Done(kgw.Outcome{Status: 200})
//	}
//
// The engine is the C library libkgw, found by pkg-config. A request is one call into it; Go's memory
// is never kept by C, nor C's by Go. Package kgwhttp has all this as a middleware and a transport for
// net/http.
package kgw
