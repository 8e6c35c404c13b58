package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"

	"kgw.dev/kgw/bench/workload"
)

const headers = "User-Agent: bench/1.0\r\nAccept: application/json\r\nAccept-Language: en\r\n" +
	"Cache-Control: no-cache\r\nX-Request-Id: 0123456789\r\nX-Forwarded-For: 192.0.2.1\r\n" +
	"Authorization: Bearer abcdef\r\nCookie: session=0123456789\r\nX-Tenant: tenant-000042\r\n"

// client is one connection, kept.
type client struct {
	net.Conn
	reader *bufio.Reader
}

func dial(address string) (*client, error) {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{connection, bufio.NewReader(connection)}, nil
}

func (c *client) ask(host, target string) (status int, err error) {
	_, err = fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", target, host, headers)
	if err != nil {
		return 0, err
	}
	answer, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return 0, err
	}
	_, err = bufio.NewReader(answer.Body).WriteTo(discard{})
	return answer.StatusCode, err
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// verify sends what each route answers, and what none does.
func verify(address string, routes []workload.Route, decides bool) error {
	c, err := dial(address)
	if err != nil {
		return err
	}
	defer c.Close()
	for i := 0; i < len(routes); i += max(1, len(routes)/1000) {
		r := &routes[i]
		if status, err := c.ask(r.Host, r.Target()); err != nil || status != 200 {
			return fmt.Errorf("%s%s: %d, %w", r.Host, r.Target(), status, err)
		}
		if status, err := c.ask(r.Host, "/nowhere"+r.Target()); err != nil || (status == 404) != decides {
			return fmt.Errorf("%s/nowhere: %d, %w", r.Host, status, err)
		}
	}
	return nil
}

// load sends so many requests over so many connections.
func load(address string, routes []workload.Route, requests, connections int) error {
	var all sync.WaitGroup
	failed := make(chan error, connections)
	for n := range connections {
		all.Add(1)
		go func() {
			defer all.Done()
			if err := loadOne(address, routes, requests/connections, uint64(n)); err != nil {
				failed <- err
			}
		}()
	}
	all.Wait()
	close(failed)
	return <-failed
}

func loadOne(address string, routes []workload.Route, requests int, seed uint64) error {
	c, err := dial(address)
	if err != nil {
		return err
	}
	defer c.Close()
	random := rand.New(rand.NewPCG(seed, 1))
	for range requests {
		r := &routes[random.IntN(len(routes))]
		if status, err := c.ask(r.Host, r.Target()); err != nil || status != 200 {
			return fmt.Errorf("%s%s: %d, %w", r.Host, r.Target(), status, err)
		}
	}
	return nil
}
