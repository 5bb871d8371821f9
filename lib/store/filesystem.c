#include "store/filesystem.h"

#include "base/exit.h"

#include <sys/vfs.h>

const char *
filesystem_network(unsigned long type)
{
	/* From linux/magic.h and the file systems' own sources; those of FUSE do not say which they are. */
	static const struct {
		unsigned long type;
		const char *name;
	} known[] = {
		{0x6969, "NFS"},          {0x517b, "SMB"},        {0xff534d42, "CIFS"},
		{0xfe534d42, "SMB"},      {0x01021997, "9P"},     {0x00c36400, "Ceph"},
		{0x5346414f, "AFS"},      {0x6b414653, "AFS"},    {0x73757245, "Coda"},
		{0x7461636f, "OCFS2"},    {0x01161970, "GFS2"},   {0x0bd00bd0, "Lustre"},
		{0x47504653, "GPFS"},     {0x19830326, "BeeGFS"}, {0x786f4256, "vboxsf"},
		{0x20030528, "OrangeFS"}, {0x564c, "NCP"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].type == (type & 0xffffffff))
			return known[i].name;
	return NULL;
}

int
filesystem_check(const char *path, struct buf *why)
{
	char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path) + 1);
	const char *name = NULL;
	struct statfs st;

	if (statfs(dir, &st) == 0)
		name = filesystem_network((unsigned long)st.f_type);
	free(dir);
	if (!name)
		return EROS_OK;
	buf_reset(why);
	buf_printf(why, "lies on a network file system (%s), where SQLite is not safe", name);
	return EROS_CONFIG;
}
