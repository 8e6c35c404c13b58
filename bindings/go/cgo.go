package kgw

// The functions of the path of a request keep no pointer and never call back, so that their
// arguments may stay on the stack and the call is as cheap as one into C can be.

// #cgo pkg-config: kgw
// #cgo CFLAGS: -std=c11 -O2 -D_GNU_SOURCE
// #cgo noescape kgw_go_route
// #cgo nocallback kgw_go_route
// #cgo noescape kgw_go_route_many
// #cgo nocallback kgw_go_route_many
// #cgo noescape kgw_go_retry
// #cgo nocallback kgw_go_retry
// #cgo noescape kgw_go_fetch
// #cgo nocallback kgw_go_fetch
// #cgo noescape kgw_ticket_done
// #cgo nocallback kgw_ticket_done
// #cgo noescape kgw_go_done_many
// #cgo nocallback kgw_go_done_many
// #include "shim.h"
import "C"
