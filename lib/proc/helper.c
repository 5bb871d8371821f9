#include "proc/helper.h"

#include "base/buf.h"
#include "base/file.h"

#include <limits.h>
#include <unistd.h>

char *
helper_path(const char *name)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self));
	const char *slash = len > 0 ? memrchr(self, '/', (size_t)len) : NULL;
	struct buf path = BUF_INIT;

	if (slash) {
		buf_add(&path, self, (size_t)(slash - self));
		buf_printf(&path, "/../libexec/eros/%s", name);
		if (access(buf_cstr(&path), X_OK) == 0)
			return path.ptr;
		buf_release(&path);
	}
	return path_join(HELPER_DIR, name);
}
