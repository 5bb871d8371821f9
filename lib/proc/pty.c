#include "proc/pty.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static bool
terminal_set(int fd)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	struct termios mode;

	if (tcgetattr(fd, &mode) != 0)
		return false;
	cfmakeraw(&mode);
	return tcsetattr(fd, TCSANOW, &mode) == 0 && ioctl(fd, TIOCSWINSZ, &size) == 0;
}

bool
pty_open(int *master, int *terminal)
{
	*terminal = -1;
	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*master >= 0 && grantpt(*master) == 0 && unlockpt(*master) == 0)
		*terminal = ioctl(*master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*terminal >= 0 && terminal_set(*terminal))
		return true;
	if (*terminal >= 0)
		close(*terminal);
	if (*master >= 0)
		close(*master);
	return false;
}
