#include "shim.h"

static kgw_str take(const char** at, uint32_t length) {
  kgw_str text;
  text.data = *at;
  text.len = length;
  *at += length;
  return text;
}

/* `headers` has room for from->line_count. */
void kgw_go_read_request(const kgw_go_request* from, const char* texts, const uint32_t* lines,
                         kgw_header* headers, kgw_request* to) {
  const char* at = texts + from->texts_at;
  const uint32_t* length = lines + from->lines_at;
  const kgw_request init = KGW_REQUEST_INIT;
  uint32_t i;
  *to = init;
  to->method = take(&at, from->lengths[KGW_GO_METHOD]);
  to->scheme = take(&at, from->lengths[KGW_GO_SCHEME]);
  to->authority = take(&at, from->lengths[KGW_GO_AUTHORITY]);
  to->path = take(&at, from->lengths[KGW_GO_PATH]);
  to->sni = take(&at, from->lengths[KGW_GO_SNI]);
  to->client_namespace = take(&at, from->lengths[KGW_GO_CLIENT_NAMESPACE]);
  to->gateway = take(&at, from->lengths[KGW_GO_GATEWAY]);
  for (i = 0; i < from->line_count; ++i) {
    headers[i].name = take(&at, *length++);
    headers[i].value = take(&at, *length++);
  }
  to->headers = headers;
  to->header_count = from->line_count;
  to->peer.data = (const char*)from->peer;
  to->peer.len = from->peer_length;
  to->local.data = (const char*)from->local;
  to->local.len = from->local_length;
  to->protocol = from->protocol;
  to->port = from->port;
  to->peek = from->peek;
  to->random = from->random;
  to->now_ns = from->now_ns;
}
