package kgwhttp

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"kgw.dev/kgw"
)

// FillRequest describes a request of a server to kgw. The target is the one that the client sent,
// whatever other middleware made of r.URL. The headers stay those of r.
func FillRequest(to *kgw.Request, r *http.Request) {
	*to = kgw.Request{
		Method: r.Method, Authority: r.Host, Path: target(r), HeaderMap: r.Header, Now: kgw.Now(),
	}
	if r.TLS != nil {
		to.Scheme, to.SNI = "https", r.TLS.ServerName
	}
	if r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
		to.Protocol = kgw.ProtocolGRPC
	}
	if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		to.Peer = peer.Addr().Unmap()
	}
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok {
		at := local.AddrPort()
		to.Local, to.Port = at.Addr().Unmap(), at.Port()
	}
}

func target(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		return r.RequestURI
	}
	return r.URL.RequestURI() // absolute form, OPTIONS *, or a request that no server got
}
