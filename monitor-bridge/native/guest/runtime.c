/* The way into containment, in the order that makes it sound:
 * regions mapped, window free, mapper started, descriptors closed, filter installed, and only then "entered". */
#include "runtime.h"

#include "filter.h"
#include "mapper.h"

#include <errno.h>
#include <linux/close_range.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct ug current;
static sigjmp_buf recovery;
static volatile sig_atomic_t trying;
static char mapper_scratch;
static char signal_stack[64 * 1024];

static int refuse(const char *what)
{
	fprintf(stderr, "guest: %s: %s\n", what, strerror(errno));
	return -1;
}

static void on_fault(int number, siginfo_t *fault, void *context)
{
	uint64_t address = (uint64_t)(uintptr_t)fault->si_addr;
	(void)context;
	if (address - current.told->base >= current.told->span || !trying)
		_exit(70); /* not guest memory: a bug of the program */
	if (number == SIGBUS) {
		atomic_fetch_add_explicit(&current.said->bus_errors, 1, memory_order_relaxed);
	} else {
		atomic_store_explicit(&current.said->last_fault, address, memory_order_relaxed);
		atomic_fetch_add_explicit(&current.said->faults, 1, memory_order_relaxed);
	}
	siglongjmp(recovery, 1);
}

bool ug_try(void (*access)(void *context), void *context)
{
	bool whole = true;
	if (sigsetjmp(recovery, 0) == 0) {
		trying = 1;
		access(context);
	} else {
		whole = false;
	}
	trying = 0;
	return whole;
}

static int catch_faults(void)
{
	stack_t stack = { .ss_sp = signal_stack, .ss_size = sizeof signal_stack };
	/* NODEFER: we leave by siglongjmp and need no system call to unblock the signal. */
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	if (sigaltstack(&stack, NULL) != 0 || sigaction(SIGSEGV, &action, NULL) != 0 || sigaction(SIGBUS, &action, NULL) != 0)
		return refuse("cannot catch faults");
	return 0;
}

static int start_mapper(void)
{
	sigset_t all, before;
	long pid;
	sigfillset(&all);
	if (sigprocmask(SIG_SETMASK, &all, &before) != 0)
		return refuse("cannot block signals");
	pid = ug_mapper_start(current.told->commands, &mapper_scratch);
	if (sigprocmask(SIG_SETMASK, &before, NULL) != 0)
		return refuse("cannot unblock signals");
	if (pid < 0) {
		errno = (int)-pid;
		return refuse("cannot start the mapper");
	}
	return 0;
}

static int map_regions(void)
{
	void *told = mmap(NULL, sizeof(struct guest_told), PROT_READ, MAP_SHARED, GUEST_TOLD, 0);
	void *said = mmap(NULL, sizeof(struct guest_said), PROT_READ | PROT_WRITE, MAP_SHARED, GUEST_SAID, 0);
	if (told == MAP_FAILED || said == MAP_FAILED)
		return refuse("cannot map what the monitor shares (a guest is started by ultramonitor only)");
	current = (struct ug){ .told = told, .said = said };
	if (current.told->version != GUEST_CHANNEL_VERSION) {
		fprintf(stderr, "guest: the monitor speaks version %llx, this program %llx\n", (unsigned long long)current.told->version,
			(unsigned long long)GUEST_CHANNEL_VERSION);
		return -1;
	}
	return 0;
}

/* The window must be free. It needs no placeholder afterwards: nobody but the mapper can map anything, and so each page costs one kernel mapping
 * instead of two. */
static int check_window(void)
{
	void *wanted = (void *)(uintptr_t)current.told->base;
	void *found = mmap(wanted, current.told->span, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (found != wanted)
		return refuse("the window for guest memory is not free");
	if (munmap(found, current.told->span) != 0)
		return refuse("cannot clear the window");
	return 0;
}

int ug_enter(struct ug *guest)
{
	if (map_regions() != 0 || check_window() != 0 || catch_faults() != 0 || start_mapper() != 0)
		return -1;
	if (syscall(SYS_close_range, GUEST_TOLD, ~0u, 0) != 0)
		return refuse("cannot close the descriptors");
	if (ug_filter_install() != 0)
		return refuse("cannot install the system call filter");
	*guest = current;
	atomic_store_explicit(&current.said->entered, 1, memory_order_release);
	return 0;
}
