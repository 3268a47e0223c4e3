/* The host memory object, of which a guest gets pages. */
#ifndef ULTRAMONITOR_MEMORY_H
#define ULTRAMONITOR_MEMORY_H

#include "ultraview.h"

struct memory {
	int descriptor; /* -1: not open */
	uint64_t pages; /* its size when last looked at; it only grows */
	bool executable; /* whether its file system allows execution */
};

/* UV_NOT_FOUND until the host agent has made it. */
int memory_open(struct memory *memory, const char *host_directory, uv_error *error);
void memory_close(struct memory *memory);

/* Looks at the size again. */
void memory_refresh(struct memory *memory);

#endif
