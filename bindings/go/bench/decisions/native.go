package main

// #cgo pkg-config: kgw
// #cgo CFLAGS: -std=c11 -O2 -D_GNU_SOURCE
// #include <kgw/c.h>
// #include <stdlib.h>
// #include <time.h>
//
// static long long cpu_ns(void) {
//   struct timespec t;
//   clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
//   return t.tv_sec * 1000000000LL + t.tv_nsec;
// }
//
// typedef struct native {
//   kgw_engine* engine;
//   kgw_reader* reader;
//   kgw_request* requests;
// } native;
//
// /* What a proxy in C does for each request, without the proxy. */
// static int native_run(native* n, size_t from, size_t count) {
//   kgw_decision decision = KGW_DECISION_INIT;
//   kgw_outcome outcome = KGW_OUTCOME_INIT;
//   size_t i;
//   outcome.status = 200;
//   for (i = from; i < from + count; ++i) {
//     if (kgw_reader_route(n->reader, &n->requests[i], &decision) != KGW_OK) return 0;
//     if (decision.verdict != KGW_FORWARD) return 0;
//     if (kgw_ticket_done(n->engine, &decision.ticket, &outcome) != KGW_OK) return 0;
//   }
//   kgw_reader_rest(n->reader);
//   return 1;
// }
//
// static int native_name(native* n, size_t i, kgw_str* name) {
//   static kgw_decision decision = KGW_DECISION_INIT;
//   if (kgw_reader_route(n->reader, &n->requests[i], &decision) != KGW_OK) return 0;
//   kgw_ticket_done(n->engine, &decision.ticket, &(kgw_outcome)KGW_OUTCOME_INIT);
//   *name = decision.route.name;
//   return 1;
// }
//
// static void native_request(kgw_request* r, kgw_str authority, kgw_str path, const kgw_header* headers,
//                            size_t count) {
//   const kgw_request init = KGW_REQUEST_INIT;
//   *r = init;
//   r->authority = authority;
//   r->path = path;
//   r->headers = headers;
//   r->header_count = count;
// }
import "C"

import (
	"errors"
	"unsafe"

	"kgw.dev/kgw"
)

// native asks the C ABI as a program in C does: its requests lie in C's memory, made beforehand.
type native struct{ n C.native }

func cText(s string) C.kgw_str {
	return C.kgw_str{data: C.CString(s), len: C.size_t(len(s))}
}

func newNative(config []kgw.Source, queries []query) (*native, error) {
	out := &native{}
	if C.kgw_engine_new(nil, &out.n.engine) != nil {
		return nil, errors.New("no engine")
	}
	sources := unsafe.Slice((*C.kgw_source)(C.calloc(C.size_t(len(config)), C.sizeof_kgw_source)), len(config))
	for i, source := range config {
		sources[i].name = cText(source.Name)
		sources[i].bytes = C.kgw_str{data: (*C.char)(C.CBytes(source.Bytes)), len: C.size_t(len(source.Bytes))}
	}
	if C.kgw_engine_apply(out.n.engine, &sources[0], C.size_t(len(sources)), nil) != nil {
		return nil, errors.New("not applied")
	}
	if C.kgw_reader_new(out.n.engine, &out.n.reader) != nil {
		return nil, errors.New("no reader")
	}
	headers := unsafe.Slice((*C.kgw_header)(C.calloc(C.size_t(len(lines)), C.sizeof_kgw_header)), len(lines))
	for i, line := range lines {
		headers[i] = C.kgw_header{name: cText(line.Name), value: cText(line.Value)}
	}
	out.n.requests = (*C.kgw_request)(C.calloc(C.size_t(len(queries)), C.sizeof_kgw_request))
	requests := unsafe.Slice(out.n.requests, len(queries))
	for i := range queries {
		q := &queries[i].asked
		C.native_request(&requests[i], cText(q.Authority), cText(q.Path), &headers[0], C.size_t(len(headers)))
	}
	return out, nil
}

func (n *native) run(from, count int) bool {
	return C.native_run(&n.n, C.size_t(from), C.size_t(count)) != 0
}

func (n *native) name(i int) string {
	var name C.kgw_str
	if C.native_name(&n.n, C.size_t(i), &name) == 0 {
		return ""
	}
	return C.GoStringN(name.data, C.int(name.len))
}

// cpu is the processor time of this process: others on the machine do not count.
func cpu() int64 { return int64(C.cpu_ns()) }
