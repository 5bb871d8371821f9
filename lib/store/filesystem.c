#include "store/filesystem.h"

#include "base/exit.h"
#include "base/file.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

enum { FUSE_TYPE = 0x65735546, MOUNTS_MOST = 1 << 20 };

const char *
filesystem_network(unsigned long type)
{
	/* From linux/magic.h and the file systems' own sources. */
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

/* The next word of *LINE, which is moved past it; false where there is none. */
static bool
next_word(struct str *line, struct str *word)
{
	const char *space = line->len > 0 ? memchr(line->ptr, ' ', line->len) : NULL;

	*word = (struct str){line->ptr, space ? (size_t)(space - line->ptr) : line->len};
	*line = str_from(*line, word->len + (space != NULL));
	return word->len > 0;
}

/* Whether a line of mountinfo is about DEVICE, "0:45"; then what type it names after the dash. */
static bool
mount_type(struct str line, struct str device, struct str *type)
{
	struct str word;

	for (int number = 1; next_word(&line, &word); number++) {
		if (number == 3 && !str_eq(word, device))
			return false;
		if (number > 3 && str_is(word, "-"))
			return next_word(&line, type);
	}
	return false;
}

const char *
filesystem_fuse(struct str mounts, unsigned major, unsigned minor)
{
	static const char *const known[] = {
		"sshfs",     "s3fs",    "gcsfuse",  "glusterfs",     "ceph",   "ceph-fuse",
		"rclone",    "juicefs", "goofys",   "mountpoint-s3", "mfs",    "lizardfs",
		"seaweedfs", "weed",    "smbnetfs", "curlftpfs",     "davfs2", "blobfuse",
		"blobfuse2", "moosefs", "orangefs",
	};
	char device[32];
	struct str line, type;

	snprintf(device, sizeof(device), "%u:%u", major, minor);
	while (str_line(&mounts, &line)) {
		if (!mount_type(line, str_of(device), &type) || !str_starts(type, STR("fuse.")))
			continue;
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (str_is(str_from(type, 5), known[i]))
				return known[i];
	}
	return NULL;
}

/* The file system that DIR lies on, where it is of a network; else NULL. */
static const char *
network_of(const char *dir)
{
	struct buf mounts = BUF_INIT;
	const char *name = NULL;
	struct statfs fs;
	struct stat st;

	if (statfs(dir, &fs) != 0)
		return NULL;
	if ((unsigned long)fs.f_type != FUSE_TYPE)
		return filesystem_network((unsigned long)fs.f_type);
	if (stat(dir, &st) == 0 && file_read("/proc/self/mountinfo", MOUNTS_MOST, &mounts))
		name = filesystem_fuse(buf_view(&mounts), major(st.st_dev), minor(st.st_dev));
	buf_release(&mounts);
	return name;
}

int
filesystem_check(const char *path, struct buf *why)
{
	char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path) + 1);
	const char *name = network_of(dir);

	free(dir);
	if (!name)
		return EROS_OK;
	buf_reset(why);
	buf_printf(why, "lies on a network file system (%s), where SQLite is not safe", name);
	return EROS_CONFIG;
}
