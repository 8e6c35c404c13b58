package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// servers are one for each port.
type servers []*server

type server struct {
	http.Server
	socket net.Listener
}

func listen(listeners []listener, handlerFor func(port uint16) http.Handler) (servers, error) {
	var out servers
	for _, l := range listeners {
		socket, err := net.Listen("tcp", l.address)
		if err != nil {
			return nil, err
		}
		out = append(out, &server{socket: socket, Server: http.Server{
			Handler:           handlerFor(l.port),
			ReadHeaderTimeout: 30 * time.Second,
			IdleTimeout:       2 * time.Minute,
			ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
		}})
	}
	return out, nil
}

// serve returns at once; what ends a server before its time comes through the channel.
func (s servers) serve() <-chan error {
	failed := make(chan error, len(s))
	for _, one := range s {
		go func() {
			if err := one.Serve(one.socket); !errors.Is(err, http.ErrServerClosed) {
				failed <- err
			}
		}()
	}
	return failed
}

// shutdown accepts nothing more and waits for requests under way, until the context is done.
func (s servers) shutdown(ctx context.Context) error {
	ended := make(chan error, len(s))
	for _, one := range s {
		go func() { ended <- one.Shutdown(ctx) }()
	}
	var all error
	for range s {
		all = errors.Join(all, <-ended)
	}
	return all
}
