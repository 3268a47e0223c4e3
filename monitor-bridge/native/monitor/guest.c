#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int fail(uv_error *error, const char *what)
{
	error->code = UV_IO;
	snprintf(error->text, sizeof error->text, "cannot start the guest: %s: %s", what, strerror(errno));
	return UV_IO;
}

/* ---- in the child, between fork and exec */

static void child_die(const char *what)
{
	fprintf(stderr, "ultramonitor: cannot start the guest: %s: %s\n", what, strerror(errno));
	_exit(127);
}

/* The guest dies with its monitor, even if that died before this call. */
static void child_bind(pid_t monitor)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		child_die("PR_SET_PDEATHSIG");
	if (getppid() != monitor)
		_exit(127);
}

/* Puts the descriptors where the program expects them and closes all others. */
static void child_descriptors(const int given[GUEST_DESCRIPTORS_END])
{
	int high[GUEST_DESCRIPTORS_END];
	for (int i = GUEST_LOCK; i < GUEST_DESCRIPTORS_END; i++)
		if ((high[i] = fcntl(given[i], F_DUPFD, 64)) < 0)
			child_die("duplicating descriptors");
	for (int i = GUEST_LOCK; i < GUEST_DESCRIPTORS_END; i++)
		if (dup2(high[i], i) < 0)
			child_die("duplicating descriptors");
	if (syscall(SYS_close_range, GUEST_DESCRIPTORS_END, ~0u, 0) != 0)
		child_die("closing descriptors");
}

static void child_run(const struct guest_plan *plan, const int given[GUEST_DESCRIPTORS_END], pid_t monitor)
{
	sigset_t none;
	child_bind(monitor);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	child_descriptors(given);
	execv(plan->program[0], plan->program);
	child_die(plan->program[0]);
}

/* ---- in the monitor */

static void *share(const char *name, size_t size, int *descriptor)
{
	void *memory;
	*descriptor = memfd_create(name, MFD_CLOEXEC);
	if (*descriptor < 0 || ftruncate(*descriptor, (off_t)size) != 0)
		return NULL;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, *descriptor, 0);
	return memory == MAP_FAILED ? NULL : memory;
}

static void forget(int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
	*descriptor = -1;
}

static void release(struct guest *guest)
{
	if (guest->told)
		munmap(guest->told, sizeof *guest->told);
	if (guest->said)
		munmap(guest->said, sizeof *guest->said);
	forget(&guest->told_descriptor);
	forget(&guest->said_descriptor);
	forget(&guest->doorbell);
	forget(&guest->confirm);
	guest->told = NULL;
	guest->said = NULL;
	guest->pid = 0;
}

static int prepare(struct guest *guest, const struct guest_plan *plan, int doorbell[2], int confirm[2], uv_error *error)
{
	guest->told = share("ultravisor-told", sizeof *guest->told, &guest->told_descriptor);
	guest->said = share("ultravisor-said", sizeof *guest->said, &guest->said_descriptor);
	if (!guest->told || !guest->said)
		return fail(error, "shared memory");
	if (pipe2(doorbell, O_CLOEXEC) != 0 || pipe2(confirm, O_CLOEXEC) != 0)
		return fail(error, "pipe");
	guest->doorbell = doorbell[1];
	guest->confirm = confirm[0];
	guest->told->version = GUEST_CHANNEL_VERSION;
	guest->told->base = plan->base;
	guest->told->span = plan->span;
	guest->told->seed = plan->seed;
	guest->told->incarnation = plan->incarnation;
	snprintf(guest->told->partition, sizeof guest->told->partition, "%s", plan->partition);
	return UV_OK;
}

int guest_start(struct guest *guest, const struct guest_plan *plan, const struct memory *memory, uv_error *error)
{
	int doorbell[2] = { -1, -1 }, confirm[2] = { -1, -1 };
	pid_t monitor = getpid();
	*guest = (struct guest){ .told_descriptor = -1, .said_descriptor = -1, .doorbell = -1, .confirm = -1, .base = plan->base, .span = plan->span,
				 .fail_unmap = plan->fail_unmap };
	int bad = prepare(guest, plan, doorbell, confirm, error);
	if (!bad) {
		const int given[GUEST_DESCRIPTORS_END] = { [GUEST_LOCK] = plan->lock, [GUEST_TOLD] = guest->told_descriptor, [GUEST_SAID] = guest->said_descriptor,
			[GUEST_MEMORY] = memory->descriptor, [GUEST_DOORBELL] = doorbell[0], [GUEST_CONFIRM] = confirm[1] };
		guest->pid = fork();
		if (guest->pid == 0)
			child_run(plan, given, monitor);
		if (guest->pid < 0)
			bad = fail(error, "fork");
	}
	/* The other ends are the mapper's alone: its end closes the pipes, and we notice. */
	forget(&doorbell[0]);
	forget(&confirm[1]);
	if (bad)
		release(guest);
	return bad;
}

bool guest_entered(const struct guest *guest)
{
	return guest->pid > 0 && atomic_load_explicit(&guest->said->entered, memory_order_acquire) == 1;
}

void guest_stop(struct guest *guest)
{
	if (guest->pid <= 0)
		return;
	kill(guest->pid, SIGKILL);
	forget(&guest->doorbell); /* the mapper ends when it reads the end of the pipe */
	/* These two are our only children. */
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	release(guest);
}

void guest_pause(struct guest *guest)
{
	if (guest->pid > 0 && !guest->paused)
		kill(guest->pid, SIGSTOP);
	guest->paused = true;
}

void guest_resume(struct guest *guest)
{
	if (guest->pid <= 0 || !guest->paused)
		return;
	guest->paused = false;
	atomic_fetch_add_explicit(&guest->told->resumes, 1, memory_order_relaxed);
	kill(guest->pid, SIGCONT);
}

enum guest_life guest_look(struct guest *guest, int *status)
{
	pid_t ended = guest->pid > 0 ? waitpid(-1, status, WNOHANG) : 0;
	if (ended <= 0)
		return GUEST_ALIVE;
	return ended == guest->pid ? GUEST_ENDED : GUEST_MAPPER_ENDED;
}
