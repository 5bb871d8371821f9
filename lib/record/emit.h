/*
 * Making a record from nothing, member by member, into a buffer:
 *
 *   emit_open(b, "alert");                       {"type":"alert"
 *   emit_number(b, "ts", now);                   ,"ts":1700000000.25
 *   emit_string(b, "agent", name);               ,"agent":"a1"
 *   emit_close(b);                               }LF
 *
 * Keys are constants that need no escaping. A NULL type opens an object without one; its first
 * member may follow at once. emit_begin opens an inner object or array ("{" or "[") under a key,
 * emit_end closes it.
 */
#ifndef RECORD_EMIT_H
#define RECORD_EMIT_H

#include "base/buf.h"

void emit_open(struct buf *b, const char *type);
void emit_close(struct buf *b);

void emit_key(struct buf *b, const char *key); /* the value follows by hand */
void emit_string(struct buf *b, const char *key, struct str value);
void emit_number(struct buf *b, const char *key, double value);
void emit_count(struct buf *b, const char *key, unsigned long long value);
void emit_bool(struct buf *b, const char *key, bool value);
void emit_json(struct buf *b, const char *key, struct str json);

void emit_begin(struct buf *b, const char *key,
                char bracket);              /* key NULL: an element of an array */
void emit_end(struct buf *b, char bracket); /* '}' or ']' */

#endif
