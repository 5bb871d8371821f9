#include "proc/helper.h"

#include "base/buf.h"
#include "base/file.h"

#include <limits.h>
#include <unistd.h>

/* PLACE and NAME below the directory of the running program; NULL where there is no such program. */
static char *
path_beside(const char *place, const char *name)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self));
	const char *slash = len > 0 ? memrchr(self, '/', (size_t)len) : NULL;
	struct buf path = BUF_INIT;

	if (!slash)
		return NULL;
	buf_add(&path, self, (size_t)(slash - self));
	buf_printf(&path, "/%s%s", place, name);
	if (access(buf_cstr(&path), X_OK) == 0)
		return path.ptr;
	buf_release(&path);
	return NULL;
}

char *
helper_path(const char *name)
{
	char *path = path_beside("../libexec/eros/", name);

	return path ? path : path_join(HELPER_DIR, name);
}

char *
helper_beside(const char *name)
{
	char *path = path_beside("", name);

	return path ? path : path_join(COMMAND_DIR, name);
}
