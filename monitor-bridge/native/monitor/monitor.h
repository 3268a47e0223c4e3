/* The monitor of one partition: its loop. */
#ifndef ULTRAMONITOR_MONITOR_H
#define ULTRAMONITOR_MONITOR_H

#include "follow.h"
#include "options.h"
#include "report.h"
#include "stall.h"

#include <signal.h>

struct monitor {
	const struct options *options;
	struct report report;
	int lock;
	uv_ack *ack;
	struct follow follow;
	struct memory memory;
	struct guest guest;
	struct guest_said before; /* counters of guests that are gone */
	struct stall stall;
	enum uv_exit_reason reason;
	int exit_code; /* -1: go on */
	char text[320];
};

/* Runs until *asked_to_end or until there is a reason to end; returns the exit code. The lock is held and the acknowledgement file made. */
int monitor_run(struct monitor *monitor, const volatile sig_atomic_t *asked_to_end);

#endif
