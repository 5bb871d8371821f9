/*
 * A control group (version 2) for all that one run starts: the kernel can then end it in one step that nothing can
 * fork away from. Where none may be made there simply is none, and the rest works without.
 */
#ifndef PROC_CGROUP_H
#define PROC_CGROUP_H

struct cgroup {
	int parent, dir; /* descriptors; -1: none could be made */
	char name[64];
};

#define CGROUP_NONE        \
	{                  \
		-1, -1, "" \
	}

/*
 * Make a group beneath the caller's own, wherever mountinfo says that the hierarchy is mounted, and remove those that
 * dead callers have left there.
 */
void cgroup_make(struct cgroup *c);

/* Move the caller into it, children to come included. */
void cgroup_enter(const struct cgroup *c);

/* SIGKILL to all that is in it. */
void cgroup_kill(const struct cgroup *c);

/* Remove it and the groups that were made in it, once all are empty. */
void cgroup_remove(struct cgroup *c);

#endif
