/*
 * What the control file says. One rule a line:
 *
 *   kill before N | kill after N             SIGKILL around the call with this number
 *   tear N BYTES                             if call N writes: only so many bytes of it, then SIGKILL; otherwise as kill before N
 *   fail ERRNO KINDS PATH FIRST COUNT        matching calls fail: from the FIRST-th (from 0) since the rule was read, COUNT of them
 *   hang MILLIS KINDS PATH FIRST COUNT       they are delayed
 *
 * ERRNO is EIO, ENOSPC, EROFS or EDQUOT. KINDS is "any" or names from kind_names with commas. PATH is a part of the path, "*" any.
 * COUNT -1 is for ever. Anything else aborts the process: a fault that is not understood must not look like one that did no harm.
 */
#ifndef RULES_H
#define RULES_H

#include "faults.h"

enum action { KILL_BEFORE, KILL_AFTER, TEAR, FAIL, HANG };

struct rule {
	enum action action;
	uint64_t number;   /* KILL_*, TEAR */
	long argument;     /* bytes, errno or milliseconds */
	unsigned kinds;    /* bit k: kind k */
	char path[256];
	long first, count;
	long seen;         /* matching calls until now */
};

/* Reads the control file again if it has changed. Under the lock. */
void rules_refresh(const char *file);
/* Whether a FAIL or HANG is for this call, which it counts. */
bool rule_matches(struct rule *rule, const struct call *call);

extern struct rule rules[16];
extern int rule_count;

#endif
