/* What proves that a monitor, and every process of its guest, is gone. Time is no evidence. */
#ifndef ULTRAHOST_EVIDENCE_H
#define ULTRAHOST_EVIDENCE_H

#include "ultraview.h"

enum evidence {
	EVIDENCE_ALIVE,	     /* its lock is held, as far as we know by itself */
	EVIDENCE_RELEASED,   /* nobody holds its lock: the kernel has seen its last process end */
	EVIDENCE_SUPERSEDED, /* somebody holds it, but the acknowledgement file, which is made under the lock, is of another process */
	EVIDENCE_UNKNOWN,    /* could not look; *error says why */
};

/* About the monitor that was attached with `nonce`. The caller has read the expectation before this call. */
enum evidence evidence_of_death(const char *host_directory, const char *partition, uint64_t nonce, uv_error *error);

#endif
