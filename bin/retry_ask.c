/* The retry budget that several share: asked through a helper, so that only who has one loads a store. */
#include "retry.h"

#include "base/diag.h"
#include "base/exit.h"
#include "proc/helper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int
retry_ask(struct retry_run *run, const char *what)
{
	struct buf share = BUF_INIT, floor = BUF_INIT, window = BUF_INIT;
	char *path;
	int status;

	if (!run->budget_name)
		return EROS_OK;
	path = helper_path("eros-budget");
	buf_number(&share, run->budget.share);
	buf_number(&floor, run->budget.floor);
	buf_number(&window, run->budget.window);
	char *argv[] = {path,
	                (char *)run->budget_name,
	                (char *)what,
	                (char *)buf_cstr(&share),
	                (char *)buf_cstr(&floor),
	                (char *)buf_cstr(&window),
	                NULL};
	if (!trial_ask(&run->trial, argv, &status))
		die(EROS_OS, "system_error", strerror(errno), "cannot start %s", path);
	free(path);
	buf_release(&share);
	buf_release(&floor);
	buf_release(&window);
	if (run->trial.stop)
		return EROS_SIGNAL + run->trial.stop;
	if (status == EROS_NOTFOUND || status == EROS_NOEXEC)
		status = EROS_CONFIG; /* of the helper: it is not the command's */
	if (run->fail_open && (status == EROS_UNAVAILABLE || status == EROS_IO))
		status = EROS_OK;
	return status;
}
