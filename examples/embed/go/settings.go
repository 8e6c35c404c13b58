package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// settings are what the command line says.
type settings struct {
	listen []listener
	config []string
	set    map[string]string
}

// listener is an address to listen on, and the port of the Gateway's listener that it stands for.
type listener struct {
	address string
	port    uint16
}

func parse(arguments []string) (*settings, error) {
	s := &settings{set: map[string]string{}}
	for len(arguments) > 0 {
		name, value, joined := strings.Cut(arguments[0], "=")
		arguments = arguments[1:]
		if !joined {
			if len(arguments) == 0 {
				return nil, fmt.Errorf("%s needs a value", name)
			}
			value, arguments = arguments[0], arguments[1:]
		}
		if err := s.take(name, value); err != nil {
			return nil, err
		}
	}
	if len(s.listen) == 0 || len(s.config) == 0 {
		return nil, errors.New("--listen and --config are needed")
	}
	return s, nil
}

func (s *settings) take(name, value string) error {
	switch name {
	case "--listen":
		l, err := parseListener(value)
		s.listen = append(s.listen, l)
		return err
	case "--config":
		s.config = append(s.config, value)
		return nil
	case "--set":
		key, to, ok := strings.Cut(value, "=")
		if !ok {
			return fmt.Errorf("--set %s: KEY=VALUE is needed", value)
		}
		s.set[key] = to
		return nil
	default:
		return fmt.Errorf("no such option: %s", name)
	}
}

// parseListener reads [ADDRESS:]PORT[=LISTENERPORT].
func parseListener(text string) (listener, error) {
	address, standsFor, other := strings.Cut(text, "=")
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host, port = "", address
	}
	if !other {
		standsFor = port
	}
	number, err := strconv.ParseUint(standsFor, 10, 16)
	if err != nil {
		return listener{}, fmt.Errorf("--listen %s: %w", text, err)
	}
	return listener{net.JoinHostPort(host, port), uint16(number)}, nil
}
