/*
 * Exit statuses: the one table, as eros(7) documents it.
 *
 * Values of 64 and up follow sysexits(3); 124 to 127 follow timeout(1), xargs(1) and sh(1).
 */
#ifndef BASE_EXIT_H
#define BASE_EXIT_H

enum {
	EROS_OK = 0,           /* done, or yes */
	EROS_NO = 1,           /* the question was answered in the negative */
	EROS_USAGE = 64,       /* wrong options or operands */
	EROS_DATA = 65,        /* bad input data */
	EROS_NOINPUT = 66,     /* input cannot be opened, or a named thing does not exist */
	EROS_UNAVAILABLE = 69, /* store or service unavailable */
	EROS_FAULT = 70,       /* a fault of ours */
	EROS_OS = 71,          /* the operating system refused: memory, processes */
	EROS_CANTCREATE = 73,  /* a file cannot be created */
	EROS_IO = 74,          /* reading or writing failed */
	EROS_TEMPFAIL = 75,    /* try again later */
	EROS_NOPERM = 77,      /* not permitted */
	EROS_CONFIG = 78,      /* bad rules, policy or configuration */
	EROS_TIMEOUT = 124,    /* the time limit of a command was reached */
	EROS_PERMANENT = 125,  /* from a wrapped command: do not try again */
	EROS_NOEXEC = 126,     /* command found but not executable */
	EROS_NOTFOUND = 127,   /* command not found */
	EROS_SIGNAL = 128      /* plus the number of the signal it died of */
};

/* The status a run ends with when two things happened: the worse outranks the other. */
static inline int
exit_worse(int a, int b)
{
	return a > b ? a : b;
}

#endif
