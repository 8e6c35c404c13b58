package main

import "net/http"

// finalOnly keeps interim answers of backends (103 Early Hints) from clients: many take them for
// the answer.
func finalOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(finalWriter{w}, r)
	})
}

type finalWriter struct{ http.ResponseWriter }

func (w finalWriter) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Unwrap is how http.ResponseController finds what else the writer can do.
func (w finalWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
