// Vectors answers requests and prints decisions as JSON: the Go leg of the table of vectors.
//
//	vectors CONFIG REQUESTS [KEY=VALUE]...
//
// The lines of REQUESTS are described in tests/vectors/c_vectors.c. Every third request has its
// headers as a map, every third is part of a batch.
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"log"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"kgw.dev/kgw"
)

const fixed = 11 // fields before the headers

func fieldsOf(line []byte) ([]string, error) {
	var fields []string
	for _, field := range bytes.Split(bytes.TrimSuffix(line, []byte("\t")), []byte("\t")) {
		text := make([]byte, hex.DecodedLen(len(field)))
		if _, err := hex.Decode(text, field); err != nil {
			return nil, err
		}
		fields = append(fields, string(text))
	}
	if len(fields) < fixed {
		return nil, fmt.Errorf("%d fields", len(fields))
	}
	return fields, nil
}

func requestOf(f []string, asMap bool) (*kgw.Request, error) {
	port, err := strconv.ParseUint(f[9], 10, 16)
	if err != nil {
		return nil, err
	}
	protocol, err := strconv.ParseInt(f[10], 10, 32)
	if err != nil {
		return nil, err
	}
	peer, _ := netip.AddrFromSlice([]byte(f[5]))
	local, _ := netip.AddrFromSlice([]byte(f[6]))
	request := &kgw.Request{
		Method: f[0], Scheme: f[1], Authority: f[2], Path: f[3], SNI: f[4], Peer: peer, Local: local,
		ClientNamespace: f[7], Gateway: f[8], Port: uint16(port), Protocol: kgw.Protocol(protocol),
	}
	if asMap {
		request.HeaderMap = map[string][]string{}
	}
	for i := fixed; i+1 < len(f); i += 2 {
		if asMap {
			name := strings.ToLower(f[i]) // values of one name keep their order only under one key
			request.HeaderMap[name] = append(request.HeaderMap[name], f[i+1])
		} else {
			request.Headers = append(request.Headers, kgw.Header{Name: f[i], Value: f[i+1]})
		}
	}
	return request, nil
}

func answer(reader *kgw.Reader, request *kgw.Request, batch bool) (string, error) {
	decisions := make([]kgw.Decision, 1)
	var err error
	if batch {
		err = reader.RouteMany(decisions, []kgw.Request{*request})
	} else {
		err = reader.RouteInto(&decisions[0], request)
	}
	if err != nil {
		return "", err
	}
	text, err := decisions[0].JSON(request)
	return string(text), err
}

func run(config, requests string, settings []string) error {
	options := kgw.Options{Set: map[string]string{}}
	for _, setting := range settings {
		key, value, _ := strings.Cut(setting, "=")
		options.Set[key] = value
	}
	engine, err := kgw.New(&options)
	if err != nil {
		return err
	}
	defer engine.Close()
	_, _ = engine.Load(config) // what is wrong with it shows in the answers
	reader, err := engine.NewReader()
	if err != nil {
		return err
	}
	lines, err := os.ReadFile(requests)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for i, line := range bytes.Split(bytes.TrimSuffix(lines, []byte("\n")), []byte("\n")) {
		fields, err := fieldsOf(line)
		if err != nil {
			return err
		}
		request, err := requestOf(fields, i%3 == 1)
		if err != nil {
			return err
		}
		text, err := answer(reader, request, i%3 == 2)
		if err != nil {
			text = "refused"
		}
		fmt.Fprintln(out, text)
	}
	return nil
}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 3 {
		log.Fatal("usage: vectors CONFIG REQUESTS [KEY=VALUE]...")
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		log.Fatal(err)
	}
}
