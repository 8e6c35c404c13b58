/* attempt.h - one try of an exchange at the decision's endpoint, and the backend's answer. */
#ifndef PROXY_ATTEMPT_H
#define PROXY_ATTEMPT_H

#include <event2/util.h>
#include <stdbool.h>
#include <stdint.h>

struct event;
struct exchange;

void attempt_start(struct exchange* exchange, bool fresh_connection);
/* Passes on what has been read of a streaming body, as far as the backend takes it. */
void attempt_send_body(struct exchange* exchange);
/* Gives up the try, if there is one, and finishes the ticket. */
void attempt_stop(struct exchange* exchange, int32_t result);
/* Callbacks of timers: the try, or the wait before it, is over; so is the time for all tries. */
void attempt_on_timer(evutil_socket_t fd, short what, void* exchange);
void attempt_on_deadline(evutil_socket_t fd, short what, void* exchange);
/* Sets a timer to `ms` from now. */
void add_timer(struct event* timer, int64_t ms);

#endif
