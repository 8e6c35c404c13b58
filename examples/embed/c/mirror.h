/* mirror.h - a copy of a request whose answer nobody waits for. */
#ifndef PROXY_MIRROR_H
#define PROXY_MIRROR_H

struct exchange;

/* Sends the copies that the decision asks for. The body must have been read to its end. */
void mirror_all(const struct exchange* exchange);

#endif
