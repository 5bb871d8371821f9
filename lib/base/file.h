/*
 * Files: reading a small one whole, replacing one atomically, and the directory that holds state.
 *
 * Functions that return bool or a descriptor set errno and report nothing; the caller names the file.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"

#include <sys/types.h>

/* Add what PATH holds ("-" is stdin) to B. False, with errno EFBIG, where that is more than MAX bytes. */
bool file_read(const char *path, size_t max, struct buf *b);
bool fd_read(int fd, size_t max, struct buf *b);

/* All of it, whatever write(2) takes at a time, waiting where the descriptor does not block. */
bool fd_write(int fd, const void *data, size_t len);

/* Replace PATH, mode 0600, by DATA: written beside it, flushed to disk, renamed over it. Old or new, never half. */
bool file_replace(const char *path, struct str data);

/*
 * Open PATH beneath the directory DIR with FLAGS, O_CLOEXEC and O_NOFOLLOW, part by part, so that no link on the way is
 * followed. EXDEV where PATH is absolute or has a part "..".
 */
int file_open_beneath(int dir, struct str path, int flags);

/* "DIR/NAME" in a buffer of its own, NUL-terminated. */
char *path_join(const char *dir, const char *name);

/*
 * Where state lives: $EROS_HOME, else $XDG_STATE_HOME/eros, else ~/.local/state/eros. state_dir opens the
 * directory SUB (a constant such as "locks") beneath it, making both with mode 0700 where they are
 * missing, and returns a descriptor for openat(2), or -1. Open what lies in it with
 * O_NOFOLLOW|O_CLOEXEC and only under names that str_is_name accepts.
 */
char *state_path(void);
int state_dir(const char *sub);

#endif
