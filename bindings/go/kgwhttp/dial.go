package kgwhttp

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"net"
	"strings"
	"time"

	"kgw.dev/kgw"
)

// dialer makes connections to endpoints, and says of what goes wrong that there is no connection.
type dialer struct {
	plain     func(ctx context.Context, network, address string) (net.Conn, error)
	config    *tls.Config
	handshake time.Duration // 0: as long as it takes
}

// connectError is that there is no connection: nothing was sent.
type connectError struct{ error }

func (e connectError) Unwrap() error { return e.error }

func noConnection(err error) bool {
	var none connectError
	return errors.As(err, &none)
}

func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if path := socketOf(address); path != "" {
		network, address = "unix", path
	}
	connection, err := d.plain(ctx, network, address)
	if err != nil {
		return nil, connectError{err}
	}
	return connection, nil
}

func (d *dialer) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	plain, err := d.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	config := d.config
	if config.ServerName == "" {
		config = config.Clone()
		config.ServerName, _, _ = net.SplitHostPort(address)
	}
	if d.handshake > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d.handshake)
		defer cancel()
	}
	connection := tls.Client(plain, config)
	if err := connection.HandshakeContext(ctx); err != nil {
		_ = plain.Close()
		return nil, connectError{err}
	}
	return connection, nil
}

// The path of a Unix socket, as a host name that connections can be told apart by.
const socketSuffix = ".socket.invalid"

// hostOf is the host of an endpoint's URL.
func hostOf(e kgw.Endpoint) string {
	if network, path := e.Dial(); network == "unix" {
		return hex.EncodeToString([]byte(path)) + socketSuffix
	}
	return e.String()
}

// socketOf is the path in such a host, with any port; empty if it is another one.
func socketOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return ""
	}
	encoded, ok := strings.CutSuffix(host, socketSuffix)
	if !ok {
		return ""
	}
	path, _ := hex.DecodeString(encoded)
	return string(path)
}
