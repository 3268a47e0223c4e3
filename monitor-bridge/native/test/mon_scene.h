/* The scene of most tests: host memory, two replicas' views of one partition, its monitor and a working guest. */
#ifndef MON_SCENE_H
#define MON_SCENE_H

#include "mon_world.h"

#define SCENE_BASE (1ull << 44)
#define SCENE_PARTITION "guest-7"

enum { SCENE_PAGES = 8, SCENE_FRAME = 16, SCENE_READ_ONLY_PAGE = 100, SCENE_READ_ONLY_FRAME = 40, SCENE_INCARNATION = 3, SCENE_SEQUENCE = 5 };

struct scene {
	const char *directory;
	volatile uint8_t *memory;
	struct builder *view; /* of replica r1 */
	pid_t monitor, guest;
	uint64_t nonce;
};

/* A view of a replica, live, nothing in it. */
struct builder *scene_view(const char *directory, const char *replica, uint64_t generation, uint64_t serial);

/* Into the open transaction: guest pages 0 to 7 at frames 16 to 23, read and write; page 100 at frame 40, read; the attachment; running. */
void scene_fill(struct builder *view, uint64_t nonce);

/* Makes a view like that and starts a monitor, with one more option if `option` is not NULL. It is attached and its guest at work when this returns. */
struct scene scene_begin(const char *name, const char *option, const char *value);

/* Ends the monitor by SIGTERM and checks that this was clean and that no check of the guest was bad. */
void scene_end(struct scene *scene);

/* Waits for the monitor, or the guest, to be gone. */
bool scene_gone(pid_t pid);

#endif
