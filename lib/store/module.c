#include "store/module.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/signals.h"

#include <dlfcn.h>

/* A module's name and the schemes that it serves. */
static const struct {
	const char *scheme, *module, *package;
} modules[] = {
	{"redis", "redis", "libhiredis0.14"},
	{"redis+unix", "redis", "libhiredis0.14"},
	{"postgresql", "postgresql", "libpq5"},
	{"postgres", "postgresql", "libpq5"},
};

static void *
host_alloc(void *ptr, size_t size)
{
	return xrealloc(ptr, size ? size : 1);
}

static int
host_signal_fd(void)
{
	return signal_fd;
}

static int
load(const char *name, const char *package, backend_open **open, struct buf *why)
{
	static const struct store_host host = {sizeof(host), host_alloc, buf_grow,      buf_vprintf,
	                                       hash_bytes,   clock_mono, host_signal_fd};
	/* Not for a program with more rights than who runs it. */
	const char *dir = secure_getenv("EROS_MODULES");
	const struct store_module *module = NULL;
	struct buf path = BUF_INIT;
	void *object;

	buf_printf(&path, "%s/%s.so", dir && *dir ? dir : PKGLIBDIR, name);
	object = dlopen(buf_cstr(&path), RTLD_NOW | RTLD_LOCAL);
	if (object) {
		/* POSIX has it that a function's address goes through dlsym; C has no cast for it. */
		store_module_entry *entry = NULL;

		*(void **)&entry = dlsym(object, "eros_store_module");
		module = entry ? entry(&host) : NULL;
		if (!module || module->size != sizeof(struct backend_ops))
			buf_printf(why, "%s is of another version", path.ptr);
	} else {
		buf_printf(why, "the module for %s cannot be loaded (it needs %s): %s", name,
		           package, dlerror());
	}
	buf_release(&path);
	if (!module || module->size != sizeof(struct backend_ops))
		return EROS_CONFIG;
	*open = module->open;
	return EROS_OK;
}

int
module_find(const struct store_url *url, backend_open **open, struct buf *why)
{
	const char *scheme = url->part[URL_SCHEME];

	if (strcmp(scheme, "sqlite") == 0) {
		*open = sqlite_open;
		return EROS_OK;
	}
	if (strcmp(scheme, "rediss") == 0) {
		buf_str(why, "Redis over TLS is not built in; use redis:// through a tunnel");
		return EROS_CONFIG;
	}
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		if (strcmp(scheme, modules[i].scheme) == 0)
			return load(modules[i].module, modules[i].package, open, why);
	buf_printf(why, "unknown kind of store '%s' (sqlite, redis, redis+unix, postgresql)",
	           scheme);
	return EROS_CONFIG;
}
