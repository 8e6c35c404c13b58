package kgw

// #include "shim.h"
import "C"

import (
	"net/netip"
	"unsafe"
)

// Header is one field line.
type Header struct {
	Name  string // any case
	Value string
}

// Protocol of a request.
type Protocol int32

// Protocols.
const (
	ProtocolHTTP Protocol = C.KGW_PROTOCOL_HTTP
	ProtocolGRPC Protocol = C.KGW_PROTOCOL_GRPC
	ProtocolTLS  Protocol = C.KGW_PROTOCOL_TLS
	ProtocolTCP  Protocol = C.KGW_PROTOCOL_TCP
	ProtocolUDP  Protocol = C.KGW_PROTOCOL_UDP
)

// Request is what is to be decided about. The zero value is GET http:/// without a host.
//
// Nothing is too strange to be asked about: bad requests, and those larger than the options allow,
// get a decision with verdict Failure and a status. Only more than 256 MiB are ErrTooLarge.
type Request struct {
	Method    string // empty: GET
	Scheme    string // empty: http; "https", or an SNI, means that TLS was terminated here
	Authority string // Host or :authority, with or without a port
	Path      string // may carry ?query; empty is "/"

	// Field lines in their order; repeats are allowed.
	Headers []Header
	// More of them, such as an http.Header.
	HeaderMap map[string][]string

	SNI             string     // TLS server name; empty if the client sent none
	Peer            netip.Addr // client address
	Local           netip.Addr // local address
	ClientNamespace string
	Gateway         string // "namespace/name" limits the answer to that Gateway
	Protocol        Protocol
	Port            uint16 // of the listener; 0: 443 for https, else 80
	Peek            bool   // the answer the next request would get, and nothing is counted or used up
	Random          uint64 // seeds the choices for this request; 0: the reader's own generator
	Now             int64  // the caller's monotonic clock in nanoseconds; see Now
}

// batch is requests on their way into C: one buffer of texts, and their lengths.
type batch struct {
	requests []C.kgw_go_request
	texts    []byte
	lines    []uint32
	tooLarge bool
}

const (
	largestBatch = 1 << 28 // bytes of texts
	keptBatch    = 1 << 20 // a buffer that grew larger than this is not kept
)

func (b *batch) reset() {
	if cap(b.texts) > keptBatch || cap(b.lines) > keptBatch/8 {
		b.texts, b.lines = nil, nil
	}
	b.requests, b.texts, b.lines, b.tooLarge = b.requests[:0], b.texts[:0], b.lines[:0], false
}

func (b *batch) first() *C.kgw_go_request { return &b.requests[0] }
func (b *batch) data() *C.char            { return (*C.char)(unsafe.Pointer(unsafe.SliceData(b.texts))) }
func (b *batch) lengths() *C.uint32_t {
	return (*C.uint32_t)(unsafe.Pointer(unsafe.SliceData(b.lines)))
}

func (b *batch) add(r *Request) error {
	if r == nil {
		return CodeInvalid.err()
	}
	b.requests = append(b.requests, C.kgw_go_request{})
	to := &b.requests[len(b.requests)-1]
	to.texts_at, to.lines_at = C.uint64_t(len(b.texts)), C.uint64_t(len(b.lines))
	b.addTexts(r, to)
	for i := range r.Headers {
		b.line(r.Headers[i].Name, r.Headers[i].Value)
	}
	for name, values := range r.HeaderMap {
		for _, value := range values {
			b.line(name, value)
		}
	}
	to.line_count = C.uint32_t((len(b.lines) - int(to.lines_at)) / 2)
	to.protocol, to.port, to.peek = C.int32_t(r.Protocol), C.uint16_t(r.Port), flag[C.uint8_t](r.Peek)
	to.random, to.now_ns = C.uint64_t(r.Random), C.int64_t(r.Now)
	to.peer_length = putAddress(r.Peer, &to.peer)
	to.local_length = putAddress(r.Local, &to.local)
	if b.tooLarge {
		return ErrTooLarge
	}
	return nil
}

func (b *batch) addTexts(r *Request, to *C.kgw_go_request) {
	method, scheme := r.Method, r.Scheme
	if method == "" {
		method = "GET"
	}
	if scheme == "" {
		scheme = "http"
	}
	to.lengths[C.KGW_GO_METHOD] = b.text(method)
	to.lengths[C.KGW_GO_SCHEME] = b.text(scheme)
	to.lengths[C.KGW_GO_AUTHORITY] = b.text(r.Authority)
	to.lengths[C.KGW_GO_PATH] = b.text(r.Path)
	to.lengths[C.KGW_GO_SNI] = b.text(r.SNI)
	to.lengths[C.KGW_GO_CLIENT_NAMESPACE] = b.text(r.ClientNamespace)
	to.lengths[C.KGW_GO_GATEWAY] = b.text(r.Gateway)
}

func (b *batch) text(s string) C.uint32_t {
	if len(s) > largestBatch-len(b.texts) {
		b.tooLarge = true
		return 0
	}
	if at := len(b.texts); len(s) <= cap(b.texts)-at {
		b.texts = b.texts[:at+len(s)]
		copyShort(b.texts[at:], s)
	} else {
		b.texts = append(b.texts, s...)
	}
	return C.uint32_t(len(s))
}

func (b *batch) line(name, value string) {
	b.lines = append(b.lines, uint32(b.text(name)), uint32(b.text(value)))
}

// copyShort is copy, without a call where most of them are: between 8 and 16 bytes.
func copyShort(to []byte, from string) {
	if n := len(from); n >= 8 && n <= 16 {
		source := unsafe.Pointer(unsafe.StringData(from))
		target := unsafe.Pointer(unsafe.SliceData(to[:n]))
		*(*[8]byte)(target) = *(*[8]byte)(source)
		*(*[8]byte)(unsafe.Add(target, n-8)) = *(*[8]byte)(unsafe.Add(source, n-8))
		return
	}
	copy(to, from)
}

// putAddress writes the 4 or 16 bytes of an address, and says how many.
func putAddress(a netip.Addr, to *[16]C.uint8_t) C.uint8_t {
	bytes := (*[16]byte)(unsafe.Pointer(to))
	switch {
	case !a.IsValid():
		return 0
	case a.Is4():
		four := a.As4()
		return C.uint8_t(copy(bytes[:], four[:]))
	default:
		*bytes = a.As16()
		return 16
	}
}
