/* What a guest's program links with: the way in, and a safe way to touch memory that may go away.
 *
 * Until ug_enter a guest is an ordinary process without any guest memory. Afterwards its memory comes and goes as the view says, and every system call
 * but a handful ends it: it cannot map, open, send or start anything. One thread.
 */
#ifndef ULTRAGUEST_RUNTIME_H
#define ULTRAGUEST_RUNTIME_H

#include "channel.h"

#include <stdbool.h>

struct ug {
	const struct guest_told *told;
	struct guest_said *said;
};

/* Sets everything up and gives up all rights. 0, or -1 with a message on stderr: then end the process. */
int ug_enter(struct ug *guest);

/* Runs `access`; false if it touched memory that is not there (then it was cut short). Not to be nested. */
bool ug_try(void (*access)(void *context), void *context);

/* The guest page's address. */
static inline void *ug_page(const struct ug *guest, uint64_t page) { return (void *)(uintptr_t)(guest->told->base + page * 4096); }

#endif
