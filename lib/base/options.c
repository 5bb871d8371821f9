#include "base/options.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/exit.h"
#include "base/num.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static void
print_version(FILE *stream, struct argp_state *state)
{
	(void)state;
	fprintf(stream, "%s (EROS) %s\n", program_invocation_short_name, VERSION);
}

/* argp prints --help and --version through stdio and exits 0 whatever became of them. */
static void
close_stdio(void)
{
	if (fflush(stdout) != 0) {
		diag("io_error", strerror(errno), "cannot write stdout");
		_exit(EROS_IO);
	}
}

/*
 * Where a standard descriptor is closed, the next file to be opened would get its number, and take records or
 * messages that are not its own. So the place is filled by something that can be neither read nor written, and
 * that a command to be run does not inherit.
 */
static void
fill_stdio(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/", O_PATH | O_CLOEXEC) < 0)
			_exit(EROS_OS);
}

static char **
parse(const struct argp *argp, int argc, char **argv, unsigned flags, void *input)
{
	int first = argc;

	fill_stdio();
	argp_err_exit_status = EROS_USAGE;
	argp_program_version_hook = print_version;
	atexit(close_stdio);
	if (argp_parse(argp, argc, argv, flags, &first, input) != 0)
		exit(EROS_USAGE);
	return argv + first;
}

char **
options_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	return parse(argp, argc, argv, ARGP_IN_ORDER, input);
}

char **
options_parse_mixed(const struct argp *argp, int argc, char **argv, void *input)
{
	return parse(argp, argc, argv, 0, input);
}

double
option_duration(struct argp_state *state, const char *option, const char *arg)
{
	double seconds = 0;

	if (!duration_parse(str_of(arg), &seconds))
		argp_error(state, "%s: not a duration: '%s' (try 1.5, 500ms, 30s, 1h30m, 1d)",
		           option, arg);
	return seconds;
}

double
option_number(struct argp_state *state, const char *option, const char *arg, double min, double max)
{
	double value = 0;

	if (!num_parse(str_of(arg), &value))
		argp_error(state, "%s: not a number: '%s'", option, arg);
	else if (value < min || value > max)
		argp_error(state, "%s: '%s' is not between %g and %g", option, arg, min, max);
	return value;
}

uint64_t
option_count(struct argp_state *state, const char *option, const char *arg, uint64_t min,
             uint64_t max)
{
	uint64_t value = 0;

	if (!num_parse_count(str_of(arg), UINT64_MAX, &value))
		argp_error(state, "%s: not a whole number: '%s'", option, arg);
	else if (value < min || value > max)
		argp_error(state, "%s: '%s' is not between %ju and %ju", option, arg,
		           (uintmax_t)min, (uintmax_t)max);
	return value;
}

size_t
option_size(struct argp_state *state, const char *option, const char *arg, size_t min, size_t max)
{
	uint64_t value = 0;

	if (!num_parse_size(str_of(arg), &value))
		argp_error(state, "%s: not a size: '%s' (try 4096, 64K, 16M, 1G)", option, arg);
	else if (value < min || value > max)
		argp_error(state, "%s: '%s' is not between %zu and %zu bytes", option, arg, min,
		           max);
	return (size_t)value;
}

const char *
option_name(struct argp_state *state, const char *option, const char *arg)
{
	if (!str_is_name(str_of(arg)))
		argp_error(state, "%s: bad name: '%s' (letters, digits, '_' and '-', at most 128)",
		           option, arg);
	return arg;
}

int
option_word(struct argp_state *state, const char *option, const char *arg, const char *const *words)
{
	struct buf known = BUF_INIT;

	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], arg) == 0)
			return i;
	for (int i = 0; words[i]; i++)
		buf_printf(&known, "%s%s", i ? ", " : "", words[i]);
	argp_error(state, "%s: unknown value '%s' (one of %s)", option, arg, buf_cstr(&known));
	buf_release(&known);
	return 0;
}
