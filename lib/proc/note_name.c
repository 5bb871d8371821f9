/* The names of notes, and those of a directory; see note.h. */
#include "proc/note.h"

#include "base/num.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

void
note_file(struct buf *file, struct str name, pid_t pid)
{
	buf_printf(file, STR_FMT ".%d.json", STR_ARG(name), (int)pid);
}

bool
note_parse_file(const char *file, struct str *name, pid_t *pid)
{
	const char *dot = strchr(file, '.'), *end = dot ? strchr(dot + 1, '.') : NULL;
	uint64_t number;

	if (!end || strcmp(end, ".json") != 0)
		return false;
	*name = (struct str){file, (size_t)(dot - file)};
	if (!str_is_name(*name) || dot[1] == '0' ||
	    !num_parse_count((struct str){dot + 1, (size_t)(end - dot - 1)}, INT32_MAX, &number))
		return false;
	*pid = (pid_t)number;
	return true;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
note_names(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	char **names = NULL;
	size_t count = 0, cap = 0;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	while ((entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		GROW(names, count, cap);
		names[count++] = xstrdup(entry->d_name);
	}
	closedir(d);
	if (count > 0)
		qsort(names, count, sizeof(*names), by_name);
	GROW(names, count, cap);
	names[count] = NULL;
	return names;
}

void
note_names_free(char **names)
{
	for (char **p = names; p && *p; p++)
		free(*p);
	free(names);
}
