// Package kgwhttp lets kgw decide about requests of net/http.
//
// NewProxy is a whole reverse proxy: an httputil.ReverseProxy that rewrites, edits headers,
// redirects, mirrors, tries again and keeps to timeouts as the routes say, and tells the engine how
// it went. Its parts are here for those who have a proxy already:
//
//	proxy := &httputil.ReverseProxy{
//		Rewrite:        kgwhttp.Rewrite,
//		Transport:      &kgwhttp.Transport{},
//		ModifyResponse: kgwhttp.ModifyResponse,
//		ErrorHandler:   kgwhttp.ErrorHandler,
//	}
//	handler := kgwhttp.Middleware(engine, nil)(proxy)
//
// Middleware alone is of use in front of any handler: it answers redirects, preflights and refusals,
// and the handler finds the decision with FromContext.
package kgwhttp
