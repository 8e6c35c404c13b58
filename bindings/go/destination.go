package kgw

// #include "shim.h"
import "C"

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// Route is the route, rule and match that decided.
type Route struct {
	Kind      string // empty: no route was chosen
	Namespace string
	Name      string
	RuleName  string
	Rule      int
	Match     int
}

// Route is the one that decided.
func (d *Decision) Route() Route {
	b := d.read()
	return Route{
		Kind: b.string(b.flat.route_kind), Namespace: b.string(b.flat.route_namespace),
		Name: b.string(b.flat.route_name), RuleName: b.string(b.flat.rule_name),
		Rule: int(b.flat.rule), Match: int(b.flat.match),
	}
}

// Backend is the backendRef that was drawn.
type Backend struct {
	Group     string
	Kind      string // empty: no backend was chosen
	Namespace string
	Name      string
	Function  string
	Index     int    // position in the rule's backendRefs
	Port      uint16 // as in the backendRef; 0 if it has none
}

// Backend is the one that was drawn.
func (d *Decision) Backend() Backend { return d.read().backend(&d.read().flat.backend) }

func (b *body) backend(from *C.kgw_go_backend) Backend {
	return Backend{
		Group: b.string(from.group), Kind: b.string(from.kind), Namespace: b.string(from.namespace_),
		Name: b.string(from.name), Function: b.string(from.function),
		Index: int(from.index), Port: uint16(from.port),
	}
}

// Endpoint is where a request is sent: an address, a Unix socket, or a host name to be resolved.
type Endpoint struct {
	Address  string // an IP literal; or "unix:" and the path of a socket; or empty
	Hostname string // a DNS name, or empty
	Port     uint16 // 0: no endpoint was chosen; means nothing for a socket
}

// Host is the address, or else the host name.
func (e Endpoint) Host() string {
	if e.Address != "" {
		return e.Address
	}
	return e.Hostname
}

// Dial is what net.Dial takes: "tcp" and String, or "unix" and the path of the socket.
func (e Endpoint) Dial() (network, address string) {
	if path, ok := strings.CutPrefix(e.Address, "unix:"); ok {
		return "unix", path
	}
	return "tcp", e.String()
}

// String is "192.0.2.1:80", "[2001:db8::1]:80", "shop.example:80", or "unix:/run/shop.sock".
func (e Endpoint) String() string {
	if strings.HasPrefix(e.Address, "unix:") {
		return e.Address
	}
	return net.JoinHostPort(e.Host(), strconv.Itoa(int(e.Port)))
}

// Endpoint is the one that was chosen.
func (d *Decision) Endpoint() Endpoint { return d.read().endpoint(&d.read().flat.endpoint) }

// AddrPort is Endpoint without a string; not valid if there is none, or if it is a host name or a
// socket.
func (d *Decision) AddrPort() netip.AddrPort {
	b := d.read()
	at := b.flat.endpoint.address
	if at.length == 0 {
		return netip.AddrPort{}
	}
	// Nothing keeps this string: an address without a zone points nowhere.
	address, err := netip.ParseAddr(unsafe.String(&b.text[at.at], int(at.length)))
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(address.WithZone(""), uint16(b.flat.endpoint.port))
}

func (b *body) endpoint(from *C.kgw_go_endpoint) Endpoint {
	return Endpoint{Address: b.string(from.address), Hostname: b.string(from.hostname), Port: uint16(from.port)}
}

// Wire is the version of HTTP that an endpoint is to be spoken to in.
type Wire int32

// Wires.
const (
	WireUnset Wire = C.KGW_TRANSPORT_UNSET
	WireHTTP1 Wire = C.KGW_TRANSPORT_HTTP1
	WireHTTP2 Wire = C.KGW_TRANSPORT_HTTP2
)

// Transport says how to speak to the endpoint.
type Transport struct {
	Wire   Wire
	TLS    bool
	Verify bool   // the certificate, with TLS
	SNI    string // for TLS; may be empty
}

// Transport says how to speak to the endpoint.
func (d *Decision) Transport() Transport {
	b := d.read()
	return Transport{
		Wire: Wire(b.flat.transport), TLS: b.flat.tls != 0, Verify: b.flat.verify != 0, SNI: b.string(b.flat.sni),
	}
}

// Unset is a duration that was not configured. Zero is one that was switched off.
const Unset time.Duration = -1

func duration(ms C.int64_t) time.Duration {
	if ms < 0 {
		return Unset
	}
	return time.Duration(ms) * time.Millisecond
}

// Timeouts are how long a request and its tries may take.
type Timeouts struct {
	Request time.Duration // all tries together
	Backend time.Duration // each try
}

// Timeouts are those of the route's rule.
func (d *Decision) Timeouts() Timeouts {
	f := &d.read().flat
	return Timeouts{Request: duration(f.request_timeout_ms), Backend: duration(f.backend_timeout_ms)}
}

// RetryPolicy says how often to try again, and after what.
type RetryPolicy struct {
	Attempts int           // 0: do not try again
	Backoff  time.Duration // Unset if it was not configured
	Codes    []uint16      // statuses to try again after, sorted
}

// Has reports whether to try again after this status.
func (p RetryPolicy) Has(status int) bool {
	for _, code := range p.Codes {
		if int(code) == status {
			return true
		}
	}
	return false
}

// RetryPolicy is that of the route's rule.
func (d *Decision) RetryPolicy() RetryPolicy {
	b := d.read()
	codes := listOf[uint16](b, b.flat.codes_at, b.flat.code_count)
	if codes != nil {
		b.lent.Store(true)
	}
	return RetryPolicy{
		Attempts: int(b.flat.attempts),
		Backoff:  duration(b.flat.backoff_ms),
		Codes:    codes,
	}
}
