/* The host agent: a monitor of the host itself. */
#ifndef ULTRAHOST_AGENT_H
#define ULTRAHOST_AGENT_H

#include "memory.h"
#include "ultraview.h"

#include <signal.h>

struct agent {
	const char *directory, *host;
	bool json;
	uint64_t poll_ms, nonce, incarnation;
	struct host_memory memory;
	uv_host_ack *ack;
	uv_host_selector *selector;
	uv_host_state state; /* the host view acted upon */
	uint64_t frames_scrubbed, scrub_time, locks_watched, scrubs, deaths;
	char last[320];
};

/* Runs until *asked_to_end or an error; returns the exit code. The lock is held, the memory open, the acknowledgement file made. */
int agent_run(struct agent *agent, const volatile sig_atomic_t *asked_to_end);

#endif
