/* The host memory object: a sparse file whose holes are zero pages. */
#ifndef ULTRAHOST_MEMORY_H
#define ULTRAHOST_MEMORY_H

#include "ultraview.h"

struct host_memory {
	int descriptor;
	uint64_t size; /* bytes */
};

/* Opens HOSTDIR/memory or makes it. It is at least `size` bytes afterwards and never shrinks; size 0: the whole window of a host (4 PiB), or as much of it as
 * the file system can address. */
int host_memory_open(struct host_memory *memory, const char *path, uint64_t size, uv_error *error);

/* Makes frames zero by taking their memory away, and looks whether they are. Frames beyond the object need nothing. */
int host_memory_scrub(struct host_memory *memory, uint64_t first_frame, uint64_t count, uv_error *error);

#endif
