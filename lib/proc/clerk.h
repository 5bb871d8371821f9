/*
 * A clerk: a child that does two things one after the other, and is not stopped by the end of its parent.
 *
 * For what others see and what has to be noted of it: were the parent to do both, SIGKILL between them would leave
 * something done and not noted, or noted and not done. The clerk has all that its parent has open, locks among it, so
 * that whoever waits for those to be free finds both done. Where it is the clerk that is killed the parent goes on.
 *
 * A clerk whose parent has died, and who then has to wait, waits no longer than CLERK_PATIENCE seconds.
 */
#ifndef PROC_CLERK_H
#define PROC_CLERK_H

enum { CLERK_PATIENCE = 30 };

/*
 * TELL, then NOTE. Each may end the process with a status (die), or by SIGPIPE: then the caller ends in the same way. Both
 * work upon a copy of the caller's memory, but for what the caller does itself where the clerk could not.
 */
void clerk_do(void (*tell)(void *arg), void (*note)(void *arg), void *arg);

#endif
