package kgw

// #include "shim.h"
import "C"

import "runtime"

// Mirror is where a copy of the request goes as well; nobody waits for its answer.
type Mirror struct {
	Backend   Backend
	Endpoint  Endpoint
	Authority string  // what to send as Host
	Ticket    *Ticket // to be finished when the copy was answered
}

func (b *body) mirrors() []C.kgw_go_mirror {
	return listOf[C.kgw_go_mirror](b, b.flat.mirrors_at, b.flat.mirror_count)
}

// TakeMirrors hands out where copies of the request go, with their tickets: the second time there
// are none left.
func (d *Decision) TakeMirrors() []Mirror {
	b := d.read()
	var out []Mirror
	for i := range b.mirrors() {
		from := &b.mirrors()[i]
		if !live(&from.ticket) {
			continue
		}
		out = append(out, Mirror{
			Backend:   b.backend(&from.backend),
			Endpoint:  b.endpoint(&from.endpoint),
			Authority: b.string(from.authority),
			Ticket:    newTicket(&from.ticket, b.h),
		})
	}
	runtime.KeepAlive(d)
	return out
}
