/* Answers requests through the C ABI: the C leg of the table of vectors.
 *
 *   c_vectors CONFIG REQUESTS [KEY=VALUE]...
 *
 * A request is a line of fields, each in hexadecimal and ended by a tab: method, scheme, authority,
 * path, sni, peer, local, client namespace, gateway, port, protocol, then names and values of
 * headers in turn. Every second request has its headers looked up. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kgw/c.h"

enum { MAX_FIELDS = 4096, FIXED = 11 };

static kgw_str fields[MAX_FIELDS];
static size_t field_count;

static int digit(int c) { return isdigit(c) ? c - '0' : c - 'a' + 10; }

/* Decodes the line in place. */
static void read_fields(char* line) {
  char *out = line, *at = line;
  field_count = 0;
  while (*at != '\0' && *at != '\n' && field_count < MAX_FIELDS) {
    fields[field_count].data = out;
    for (; *at != '\t'; at += 2) *out++ = (char)(digit(at[0]) * 16 + digit(at[1]));
    fields[field_count].len = (size_t)(out - fields[field_count].data);
    ++field_count;
    ++at;
  }
}

static long number(kgw_str text) {
  char copy[16] = "";
  memcpy(copy, text.data, text.len < sizeof copy - 1 ? text.len : sizeof copy - 1);
  return strtol(copy, NULL, 10);
}

static int same_name(kgw_str a, const char* b, size_t size) {
  size_t i;
  if (a.len != size) return 0;
  for (i = 0; i < size; ++i) {
    if (tolower((unsigned char)a.data[i]) != b[i]) return 0;
  }
  return 1;
}

static int32_t look_up(void* ctx, const char* name, size_t size, size_t index, const char** value,
                       size_t* value_size) {
  size_t i;
  (void)ctx;
  for (i = FIXED; i + 1 < field_count; i += 2) {
    if (!same_name(fields[i], name, size) || index-- != 0) continue;
    *value = fields[i + 1].data;
    *value_size = fields[i + 1].len;
    return 1;
  }
  return 0;
}

static void answer(kgw_reader* reader, int by_lookup) {
  static kgw_header headers[MAX_FIELDS / 2];
  kgw_request request = KGW_REQUEST_INIT;
  kgw_decision decision = KGW_DECISION_INIT;
  kgw_text* text = NULL;
  size_t i;
  request.method = fields[0];
  request.scheme = fields[1];
  request.authority = fields[2];
  request.path = fields[3];
  request.sni = fields[4];
  request.peer = fields[5];
  request.local = fields[6];
  request.client_namespace = fields[7];
  request.gateway = fields[8];
  request.port = (uint16_t)number(fields[9]);
  request.protocol = (int32_t)number(fields[10]);
  if (by_lookup) {
    request.lookup = look_up;
  } else {
    for (i = FIXED; i + 1 < field_count; i += 2) {
      headers[request.header_count].name = fields[i];
      headers[request.header_count++].value = fields[i + 1];
    }
    request.headers = headers;
  }
  if (kgw_reader_route(reader, &request, &decision) != KGW_OK ||
      kgw_decision_json(&decision, &request, &text) != NULL) {
    printf("refused\n");
    return;
  }
  printf("%.*s\n", (int)kgw_text_str(text).len, kgw_text_str(text).data);
  kgw_text_free(text);
}

static kgw_str str(const char* text) {
  kgw_str out;
  out.data = text;
  out.len = strlen(text);
  return out;
}

int main(int argc, char** argv) {
  static char line[8 << 20];
  kgw_options* options = kgw_options_new();
  kgw_engine* engine = NULL;
  kgw_reader* reader = NULL;
  FILE* requests;
  int i, n = 0;
  if (argc < 3) return 2;
  for (i = 3; i < argc; ++i) {
    const char* equals = strchr(argv[i], '=');
    kgw_str key = str(argv[i]);
    if (equals == NULL) return 2;
    key.len = (size_t)(equals - argv[i]);
    if (kgw_options_set(options, key, str(equals + 1)) != NULL) return 2;
  }
  if (kgw_engine_new(options, &engine) != NULL) return 2;
  kgw_options_free(options);
  {
    const kgw_str path = str(argv[1]);
    kgw_error_free(kgw_engine_load(engine, &path, 1, NULL));
  }
  if (kgw_reader_new(engine, &reader) != NULL) return 2;
  requests = fopen(argv[2], "r");
  if (requests == NULL) return 2;
  while (fgets(line, sizeof line, requests) != NULL) {
    read_fields(line);
    answer(reader, n++ % 2);
  }
  fclose(requests);
  kgw_reader_free(reader);
  kgw_engine_free(engine);
  return 0;
}
