/* A host directory with its processes, for tests of ultramonitor and ultrahost: starts them, reads what they say, ends them. */
#ifndef MON_WORLD_H
#define MON_WORLD_H

#include "ultraview.h"
#include "view_builder.h"

#include <sys/types.h>

/* Makes an empty host directory of a test's own, with folders for the replicas r1 and r2. */
const char *world_make(const char *name);

/* HOSTDIR/memory of so many pages, mapped here; the test's eye on host memory. */
volatile uint8_t *world_memory(const char *directory, uint64_t pages);

/* Frame 4096 bytes all zero. */
bool world_frame_zero(volatile uint8_t *memory, uint64_t frame);
void world_fill_frame(volatile uint8_t *memory, uint64_t frame, uint8_t byte);

/* Path of a built program: UV_BUILD/NAME. Good until the next call. */
const char *world_program(const char *name);

/* Starts a built program with arguments up to NULL. Its output is dropped unless UV_TEST_LOUD is set. */
pid_t world_start(const char *program, ...);

/* Exit code; 128 + signal if it was killed; -1 if it has not ended after so many seconds (then it is killed). */
int world_wait(pid_t pid, unsigned seconds);

/* Lets time pass in small steps until `holds` or so many seconds are over; whether it holds. */
bool world_until(bool (*holds)(void *context), void *context, unsigned seconds);

/* ---- a monitor's acknowledgement file, as a replica reads it */

struct world_ack {
	uint64_t nonce, pid, acknowledged, incarnation, ended, heartbeat, statistics[16];
};

/* False if there is none. */
bool world_ack(const char *directory, const char *partition, struct world_ack *ack);
/* Waits for a file that is not of nonce `but`; its nonce, 0 if it does not come. */
uint64_t world_nonce(const char *directory, const char *partition, uint64_t but);
/* Waits until (incarnation, at least sequence) is acknowledged. */
bool world_acknowledged(const char *directory, const char *partition, uint64_t incarnation, uint64_t sequence);
/* Waits until statistics word `index` (offset 0x400 + 8 * index in ack.md) is at least `least`. */
bool world_counted(const char *directory, const char *partition, unsigned index, uint64_t least);
uint64_t world_statistic(const char *directory, const char *partition, unsigned index);

enum { FAULTS = 0, GOOD = 2, BAD = 3, EXIT_REASON = 6, SWITCHES = 7, MAPPED = 9, GRANTS = 10, REVOKES = 11, PROGRESS = 14, RESYNCS = 15 };

/* ---- the guest's mappings as the kernel sees them */

/* The monitor's guest and its mapper, 0 if it has none. */
pid_t world_guest_of(pid_t monitor);
pid_t world_mapper_of(pid_t monitor);

/* Mappings of guest memory: writes up to `most` runs (rights as enum uv_rights) and returns how many there are. `base` is the window's. */
size_t world_mappings(pid_t guest, uint64_t base, uv_run *runs, size_t most);
/* The same of a memory object with `name` in its path. */
size_t world_mappings_of(pid_t guest, uint64_t base, const char *name, uv_run *runs, size_t most);

bool world_alive(pid_t pid);

#endif
