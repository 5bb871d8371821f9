/*
 * Source trees: which files one has, and their text.
 *
 *   struct source_tree tree;
 *   if (!source_tree_open(&tree, root))                      errno says why
 *   for (size_t i = 0; i < tree.files; i++) … tree.file[i].path
 *   source_read(&tree, &tree.file[i], &text)                 the bytes of one
 *   source_each(&tree, 2, visit, arg)                        those of all, in threads
 *   source_tree_release(&tree);
 *
 * A tree is untrusted. It is walked once, from a descriptor of its root, by openat(2) without following links. What is no
 * regular file is neither opened nor listed, and what has become none by the time it is read is not read. `.git` is
 * not entered, and what .gitignore files and .git/info/exclude exclude is left out, as git would what it does not
 * track: the last pattern that matches counts, those of inner directories after those of outer ones, and nothing
 * below an excluded directory comes back. Files above the root are not asked, nor what git is configured to. The order
 * is that of the paths' bytes.
 *
 * Texts are read by read(2): a file that shrinks or grows meanwhile gives what was there to be read. They are bytes;
 * invalid UTF-8 stays as it is. What cannot be read is told by diag() ("cannot_open") and raises tree.status.
 */
#ifndef SOURCE_TREE_H
#define SOURCE_TREE_H

#include "base/arena.h"
#include "base/buf.h"
#include "source/lang.h"

#include <stdint.h>

enum {
	SOURCE_MAX_FILE = 8 << 20, /* bytes; of a larger file nothing is read */
	SOURCE_MAX_DEPTH = 256,    /* directories within one another */
	SOURCE_PROBE = 8 << 10,    /* a NUL among these first bytes makes a file binary */
};

struct source_file {
	struct str path; /* from the root, "a/b.py"; NUL-terminated */
	struct str name; /* the last part of it; NUL-terminated */
	uint64_t size;   /* when the tree was walked */
	enum lang lang;  /* by the name alone, see lang_of */
	bool backup; /* a copy that an editor or a person left: x.py~, x.bak, x_backup.py, backup/x.py */
};

/* A symbolic link that, by its text, leads to something within the tree. */
struct source_link {
	struct str path, target; /* from the root */
};

struct source_tree {
	const char *root;
	struct source_file *file;
	size_t files;
	size_t max_file; /* SOURCE_MAX_FILE; may be changed before anything is read */
	int status;      /* EROS_OK, or the worst of what could not be read */

	/* private */
	int fd;
	size_t cap;
	struct source_file **by_name;
	struct source_link *link;
	size_t links, link_cap;
	struct arena arena;
};

/* Walk the tree at ROOT, which must outlive TREE; false, with errno, where that is no directory that can be read. */
bool source_tree_open(struct source_tree *tree, const char *root);
void source_tree_release(struct source_tree *tree);

/*
 * The file at PATH, as it stands in the tree ("./", "//" and ".." resolved, links within the tree followed by their
 * text); NULL where there is none, or PATH leads out of the tree.
 */
struct source_file *source_tree_find(const struct source_tree *tree, struct str path);

/* The files whose last part is NAME, in order of their paths; *COUNT may be 0. */
struct source_file *const *source_tree_named(const struct source_tree *tree, struct str name,
                                             size_t *count);

/* PATH without "./", "//" and ".." in OUT, which is emptied first; false where it leads above the root or is absolute. */
bool source_path_normal(struct str path, struct buf *out);

enum source_state {
	SOURCE_TEXT,
	SOURCE_BINARY, /* it holds a NUL at the beginning; nothing is kept of it */
	SOURCE_LARGE,  /* larger than max_file; nothing is kept of it */
	SOURCE_GONE,   /* no regular file any more, or not to be read, which has been told */
};

/* Read FILE into TEXT, which is emptied first and ends in a NUL that is not counted. For any thread. */
enum source_state source_read(const struct source_tree *tree, const struct source_file *file,
                              struct buf *text);

struct source_visit {
	const struct source_tree *tree;
	size_t index; /* of the file in tree->file */
	unsigned thread;
	enum source_state state;
	struct str text; /* until the function returns */
};

/*
 * Call VISIT for every file for which WANTED (which may be NULL) is true, from THREADS threads, each file once and in no
 * particular order: what is to come out in order is kept by index. THREADS is at least 1; with 1 the caller's thread
 * does all, in order. VISIT and WANTED may not change the tree.
 */
void source_each(struct source_tree *tree, unsigned threads,
                 bool (*wanted)(const struct source_file *file, void *arg),
                 void (*visit)(const struct source_visit *v, void *arg), void *arg);

/* How many threads are worth while here: the processors that there are, at most 4. */
unsigned source_threads(void);

#endif
