#include "verify.h"

#include "base/diag.h"

#include <errno.h>
#include <stdio.h>

void
verify_progress(const struct verify *v, const char *what, size_t count)
{
	if (!v->shows)
		return;
	fprintf(stderr, "\r\033[K%s", what ? what : "");
	if (what && count > 0)
		fprintf(stderr, " (%zu)", count);
	fflush(stderr);
}

/* What one report came to. */
static int
tell(const char *path, enum report_result result, const char *reason)
{
	switch (result) {
	case REPORT_READ:
	case REPORT_CLEAR: break;
	case REPORT_NOTHING:
		diag("bad_report", NULL, "%s: no finding could be read", path);
		return EROS_DATA;
	case REPORT_REFUSED: diag("bad_report", reason, "%s: refused", path); return EROS_DATA;
	case REPORT_UNOPENED:
		diag("cannot_open", strerror(errno), "cannot read %s", path);
		return EROS_NOINPUT;
	}
	return EROS_OK;
}

/* What looked like a finding. In a report for programs that is malformed, in one for people it may be prose. */
static int
tell_unread(const struct claims *c, size_t from)
{
	int status = EROS_OK;

	for (size_t i = from; i < c->unreads; i++) {
		const struct claim_unread *u = &c->unread[i];
		const struct claim_report *r = &c->report[u->report];

		diag("bad_report", u->reason, STR_FMT ":%u: not read as a finding",
		     STR_ARG(r->file), u->line);
		if (r->records)
			status = EROS_DATA;
	}
	return status;
}

void
verify_read(struct verify *v, char **reports)
{
	for (size_t i = 0; reports[i]; i++) {
		size_t unread = v->claims.unreads;
		const char *reason;
		enum report_result result;
		int cause;

		verify_progress(v, "reading reports", i + 1);
		result = report_read(&v->claims, reports[i], v->input, &reason);
		cause = errno;
		verify_progress(v, NULL, 0);
		errno = cause;
		v->status = exit_worse(v->status, tell(reports[i], result, reason));
		v->status = exit_worse(v->status, tell_unread(&v->claims, unread));
	}
}
