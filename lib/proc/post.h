/*
 * A post: what one process at a time does, others standing by, and what each leaves to the one after it.
 *
 * It is the lock NAME (proc/lock.h) and a file of text in the state directory, KIND/NAME.jsonl. A post that was
 * abandoned, its holder killed, has the text that was saved last.
 */
#ifndef PROC_POST_H
#define PROC_POST_H

#include "base/buf.h"
#include "proc/holder.h"
#include "proc/lock.h"

struct post {
	struct lock lock;
	struct holder self;
	char *name, *path;
	bool taken;
};

#define POST_INIT                 \
	{                         \
		.lock = LOCK_INIT \
	}

/* KIND is a constant such as "watch". False with errno. */
bool post_open(struct post *p, const char *kind, const char *name);

/*
 * Take it within WAIT seconds. Where it is held at first BUSY is called with each who holds it. COMMAND is what others
 * are told that it is held for.
 */
enum lock_result post_take(struct post *p, double wait, char **command,
                           void (*busy)(void *arg, const struct holder *h), void *arg);

/* What the one before left; nothing where there was none or all was in order. False with errno. */
bool post_load(const struct post *p, struct buf *text);

/* Leave TEXT, flushed to disk. False with errno. */
bool post_save(const struct post *p, struct str text);

/* Give it up; with DONE there is nothing to go on with for the next. */
void post_close(struct post *p, bool done);

#endif
