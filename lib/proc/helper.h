/*
 * Helpers: programs of our own that a command runs where it needs what it is not linked with, because that takes
 * longer to load than the command runs.
 *
 *   eros-budget NAME first|retry SHARE FLOOR WINDOW     count a try against a retry budget, and answer whether it may be
 *   eros-end PID GRACE     end every descendant of PID, its parent, but not itself
 */
#ifndef PROC_HELPER_H
#define PROC_HELPER_H

/*
 * The path of the helper NAME: in ../libexec/eros beside the directory of the running program, which is where the build
 * tree has it, else where it was configured to be installed. The caller frees it.
 */
char *helper_path(const char *name);

/* The path of the command NAME, which stands beside the one that runs. The caller frees it. */
char *helper_beside(const char *name);

#endif
