/* A partition's guest: its process, its mapper and what is shared with them (guest/channel.h).
 *
 * Two processes have the guest's address space: the guest itself, which may do next to nothing, and the mapper, which makes exactly the system calls
 * that this side asks for and confirms them. Both inherit the partition's lock. When both are gone the kernel has dropped every mapping.
 */
#ifndef ULTRAMONITOR_GUEST_H
#define ULTRAMONITOR_GUEST_H

#include "../guest/channel.h"
#include "memory.h"
#include "ultraview.h"

struct guest_plan {
	char **program; /* path and arguments, NULL at the end */
	const char *partition;
	uint64_t base, span, seed, incarnation;
	int lock;
	uint64_t fail_unmap; /* for tests of failing closed: the number of the unmapping that shall fail; 0: none */
};

struct guest {
	struct guest_told *told;
	struct guest_said *said;
	int told_descriptor, said_descriptor;
	int doorbell, confirm; /* our ends */
	pid_t pid;	       /* 0: no guest */
	bool paused, failed;
	size_t queued;
	uint64_t base, span, unmaps, fail_unmap;
};

/* Starts the program. It has no memory yet, and gets none before guest_entered. 0 or an error; then there is no guest. */
int guest_start(struct guest *guest, const struct guest_plan *plan, const struct memory *memory, uv_error *error);

/* Whether it has given up its rights. */
bool guest_entered(const struct guest *guest);

/* Kills guest and mapper and waits until the kernel has taken both away: then no mapping is left. Nothing happens without a guest. */
void guest_stop(struct guest *guest);

void guest_pause(struct guest *guest);
void guest_resume(struct guest *guest);

enum guest_life { GUEST_ALIVE, GUEST_ENDED, GUEST_MAPPER_ENDED };

/* What has happened since the last call; *status is waitpid's. */
enum guest_life guest_look(struct guest *guest, int *status);

/* ---- commands (commands.c). They are carried out in order, at the latest by guest_flush. */

void guest_map(struct guest *guest, const uv_run *run);
void guest_unmap(struct guest *guest, uint64_t first, uint64_t count);

/* True: every command so far was carried out. False: one failed, now or before; what is mapped is unknown, so stop the guest. */
bool guest_flush(struct guest *guest);

/* ---- what the guest is told (told.c) */

void guest_tell_begin(struct guest *guest);
void guest_tell_revoked(struct guest *guest, uint64_t first, uint64_t count);
void guest_tell_done(struct guest *guest, const uv_run *runs, size_t count);

#endif
