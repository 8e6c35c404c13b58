package kgwhttp

import (
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"

	"kgw.dev/kgw"
)

// pools are connections to endpoints: one http.Transport for each way to speak to them.
type pools struct {
	all sync.Map // of kgw.Transport to *http.Transport
}

func (p *pools) get(base *http.Transport, how kgw.Transport) *http.Transport {
	if found, ok := p.all.Load(how); ok {
		return found.(*http.Transport)
	}
	found, _ := p.all.LoadOrStore(how, newTransport(base, how))
	return found.(*http.Transport)
}

func newTransport(base *http.Transport, how kgw.Transport) *http.Transport {
	if base == nil {
		base = &http.Transport{
			DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSHandshakeTimeout: 5 * time.Second,
			MaxIdleConnsPerHost: 256,
			IdleConnTimeout:     90 * time.Second,
			DisableCompression:  true, // what the client asked for goes on to the backend, no more
		}
	}
	t := base.Clone()
	d := dialer{plain: t.DialContext, handshake: t.TLSHandshakeTimeout}
	if d.plain == nil {
		d.plain = (&net.Dialer{}).DialContext
	}
	t.DialContext = d.dial
	if how.TLS {
		d.config = configFor(t.TLSClientConfig, how)
		t.DialTLSContext = d.dialTLS
	}
	if how.Wire != kgw.WireUnset {
		t.Protocols = new(http.Protocols)
		t.Protocols.SetHTTP1(how.Wire == kgw.WireHTTP1)
		t.Protocols.SetHTTP2(how.Wire == kgw.WireHTTP2)
		t.Protocols.SetUnencryptedHTTP2(how.Wire == kgw.WireHTTP2)
	}
	return t
}

func configFor(base *tls.Config, how kgw.Transport) *tls.Config {
	config := base.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	config.ServerName, config.InsecureSkipVerify = how.SNI, !how.Verify
	config.NextProtos = []string{"http/1.1"}
	if how.Wire == kgw.WireHTTP2 {
		config.NextProtos = []string{"h2"}
	}
	return config
}
