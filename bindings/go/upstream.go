package kgw

// #include "shim.h"
import "C"

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
)

// UpstreamType is a type of gloo.solo.io/v1 Upstream of your own: it says where the endpoints come
// from.
type UpstreamType interface {
	// Field is the key under `spec` that it reads, in lowerCamelCase: "consulLite".
	Field() string

	// Resolve names the endpoints of an Upstream. ErrNotFound says that what it stands for does not
	// exist: its routes then answer 500. No endpoints is something else, and answers 503. Another
	// error, or a panic, is a finding with its text and takes the Upstream out of effect.
	//
	// Called during control calls: when the Upstream is new or changed, with every later change of
	// the configuration, and by Refresh. It may route, but a control call of the same engine from
	// inside it is CodeReentrant, and one that it waits for while another goroutine makes it never
	// ends. It must return: runtime.Goexit, which is what testing.T.FailNow calls, leaves the engine
	// locked.
	Resolve(upstream *Upstream) ([]UpstreamEndpoint, error)
}

// ErrNotFound is returned by an UpstreamType if what the Upstream stands for does not exist.
var ErrNotFound = errors.New("kgw: not found")

// Upstream is an object whose endpoints are asked for. It is valid during the call of Resolve.
type Upstream struct {
	Namespace string
	Name      string
	Config    json.RawMessage // what stands under the field

	answer *C.kgw_upstream_answer
}

// Report adds a finding about the text under the field: pointer is a JSON pointer ("/servers/0"),
// and the library adds the place. An error takes the Upstream out of effect.
func (u *Upstream) Report(pointer string, severity Severity, message string) {
	if u.answer == nil {
		return
	}
	var pins pins
	defer pins.Unpin()
	C.kgw_upstream_answer_report(u.answer, pins.text(pointer), C.int32_t(severity), pins.text(message))
}

// UpstreamEndpoint is one endpoint that an UpstreamType names: an address, or a host name.
type UpstreamEndpoint struct {
	Address  netip.Addr
	Hostname string
	Port     uint16
	Weight   uint32 // 0 counts as 1
	TLS      bool   // speak TLS to it
	Verify   bool   // and verify its certificate
	SNI      string
}

type resolver struct {
	field    string
	upstream UpstreamType
}

// resolve asks the type and hands on what it says; false: there is no such thing.
func (r *resolver) resolve(u *Upstream) (found bool) {
	defer func() {
		if value := recover(); value != nil {
			u.Report("", SeverityError, fmt.Sprintf("%s panicked: %v", r.field, value))
			found = true
		}
		u.answer = nil
	}()
	endpoints, err := r.upstream.Resolve(u)
	if errors.Is(err, ErrNotFound) {
		return false
	}
	if err != nil {
		u.Report("", SeverityError, err.Error())
	}
	for i := range endpoints {
		u.add(&endpoints[i])
	}
	return true
}

func (u *Upstream) add(e *UpstreamEndpoint) {
	var pins pins
	defer pins.Unpin()
	address := ""
	if e.Address.IsValid() {
		address = e.Address.String()
	}
	to := C.kgw_upstream_endpoint{
		size: C.sizeof_kgw_upstream_endpoint, address: pins.text(address), hostname: pins.text(e.Hostname),
		port: C.uint32_t(e.Port), weight: C.uint32_t(max(e.Weight, 1)), sni: pins.text(e.SNI),
		tls: flag[C.int32_t](e.TLS), verify: flag[C.int32_t](e.Verify),
	}
	if C.kgw_upstream_answer_add(u.answer, &to) != C.KGW_OK {
		u.Report("", SeverityError, fmt.Sprintf("endpoint %q %q port %d is none", address, e.Hostname, e.Port))
	}
}

// flag is a bool as C's structs have it.
func flag[T ~int32 | ~uint8](b bool) T {
	if b {
		return 1
	}
	return 0
}
