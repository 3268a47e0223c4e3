/* Reading a host view (layout/host.md): whole versions, copied out of one of four buffers. */
#include "host_view.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static uint64_t buffer_size(uint64_t scrubs, uint64_t monitors)
{
	return (HOST_SCRUBS + sizeof(struct host_scrub) * scrubs + sizeof(struct host_monitor) * monitors + 4095) / 4096 * 4096;
}

static int check_identity(const struct host_header *h, const char *path, size_t size, uv_error *error)
{
	uint32_t crc = uv_crc32c(h, offsetof(struct host_header, crc));
	if (memcmp(h->magic, "ULTRHOST", 8) != 0)
		return uv_fail(error, UV_FOREIGN, "%s is foreign: it does not start with ULTRHOST", path);
	if (h->layout_version != UV_LAYOUT_VERSION)
		return uv_fail(error, UV_VERSION, "%s has layout version %u, this library knows %d", path, h->layout_version, UV_LAYOUT_VERSION);
	if (h->crc != crc)
		return uv_fail(error, UV_CORRUPT, "%s is corrupt: the identity page's CRC is %08x, %08x expected", path, h->crc, crc);
	if (h->generation < 1 || h->serial < 1 || h->window >= 1 << 20)
		return uv_fail(error, UV_CORRUPT, "%s is corrupt: generation, serial or window out of range", path);
	if (h->scrub_capacity < 1 || h->scrub_capacity > HOST_MOST_LISTED || h->monitor_capacity < 1 || h->monitor_capacity > HOST_MOST_LISTED)
		return uv_fail(error, UV_CORRUPT, "%s is corrupt: a capacity is not in 1..%d", path, HOST_MOST_LISTED);
	if (h->buffers != HOST_BUFFERS || h->buffer_area != HOST_BUFFER_AREA || h->buffer_size != buffer_size(h->scrub_capacity, h->monitor_capacity) ||
	    h->file_size != HOST_BUFFER_AREA + HOST_BUFFERS * h->buffer_size)
		return uv_fail(error, UV_CORRUPT, "%s is corrupt: its sizes do not add up", path);
	if (size != h->file_size)
		return uv_fail(error, UV_TRUNCATED, "%s is truncated: %zu bytes, its header says %" PRIu64, path, size, h->file_size);
	if (!uv_name_field_valid(h->host_name) || !uv_name_field_valid(h->replica_name))
		return uv_fail(error, UV_CORRUPT, "%s is corrupt: the host's or the replica's name is not one", path);
	if (atomic_load(&h->state) == UV_BUILDING)
		return uv_fail(error, UV_CORRUPT, "%s is corrupt: it has its final name and is still being built", path);
	return UV_OK;
}

int uv_host_view_open(const char *path, uv_host_view **result, uv_error *error)
{
	uv_host_view *view = calloc(1, sizeof *view);
	const void *memory;
	int bad;
	*result = NULL;
	if (!view)
		return uv_fail(error, UV_FULL, "no memory for a host view");
	snprintf(view->path, sizeof view->path, "%s", path);
	bad = uv_map_file(path, HOST_BUFFER_AREA, &memory, &view->size, &view->device, &view->inode, error);
	if (bad) {
		free(view);
		return bad;
	}
	view->header = memory;
	bad = check_identity(view->header, path, view->size, error);
	if (bad) {
		uv_host_view_close(view);
		return bad;
	}
	view->identity = (uv_host_identity){
		.generation = view->header->generation,
		.serial = view->header->serial,
		.window = view->header->window,
		.scrub_capacity = view->header->scrub_capacity,
		.monitor_capacity = view->header->monitor_capacity,
		.file_size = view->header->file_size,
		.writer_pid = view->header->writer_pid,
		.writer_start = view->header->writer_start,
	};
	memcpy(view->identity.host_name, view->header->host_name, UV_NAME_SIZE);
	memcpy(view->identity.replica_name, view->header->replica_name, UV_NAME_SIZE);
	*result = view;
	return UV_OK;
}

void uv_host_view_close(uv_host_view *view)
{
	if (!view)
		return;
	munmap((void *)(uintptr_t)view->header, view->size);
	free(view);
}

const uv_host_identity *uv_host_view_identity(const uv_host_view *view)
{
	return &view->identity;
}

enum uv_state uv_host_view_state(const uv_host_view *view)
{
	uint64_t state = atomic_load_explicit(&view->header->state, memory_order_acquire);
	return state <= UV_RETIRED ? (enum uv_state)state : UV_RETIRED;
}

static const uint8_t *buffer_of(const uv_host_view *view, uint64_t version)
{
	return (const uint8_t *)view->header + HOST_BUFFER_AREA + version % HOST_BUFFERS * view->header->buffer_size;
}

static bool still_whole(const uv_host_view *view, uint64_t version)
{
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&view->header->version, memory_order_relaxed) - version < HOST_BUFFERS - 1;
}

uint64_t uv_host_view_sequence(const uv_host_view *view)
{
	uint64_t word = atomic_load_explicit(&view->header->sequence, memory_order_acquire), version, of_version;
	do {
		version = atomic_load_explicit(&view->header->version, memory_order_acquire);
		of_version = atomic_load_explicit((const _Atomic uint64_t *)buffer_of(view, version), memory_order_relaxed);
	} while (!still_whole(view, version));
	return word > of_version ? word : of_version;
}

/* Copies a buffer that may be written at the same time, word by word: a torn copy is noticed afterwards, a torn word cannot be. */
static void copy_words(void *to, const void *from, size_t size)
{
	const _Atomic uint64_t *source = from;
	uint64_t *target = to;
	for (size_t i = 0; i < size / 8; i++)
		target[i] = atomic_load_explicit(source + i, memory_order_relaxed);
}

static bool grow(void **array, size_t count, size_t size)
{
	void *larger = realloc(*array, (count ? count : 1) * size);
	if (larger)
		*array = larger;
	return larger != NULL;
}

/* One attempt: UV_LOST if it came too late. */
static int read_once(const uv_host_view *view, uv_host_state *state, uv_error *error)
{
	uint64_t word = atomic_load_explicit(&view->header->sequence, memory_order_acquire);
	uint64_t version = atomic_load_explicit(&view->header->version, memory_order_acquire);
	const uint8_t *buffer = buffer_of(view, version);
	struct host_buffer head;
	uint64_t check = HOST_CHECK;
	copy_words(&head, buffer, sizeof head);
	for (size_t i = 0; i < 8; i++)
		check ^= ((const uint64_t *)&head)[i];
	bool sound = check == 0 && head.scrubs <= view->identity.scrub_capacity && head.monitors <= view->identity.monitor_capacity;
	if (sound) {
		if (!grow((void **)&state->scrubs, head.scrubs, sizeof *state->scrubs) ||
		    !grow((void **)&state->monitors, head.monitors, sizeof *state->monitors))
			return uv_fail(error, UV_FULL, "no memory for a host view's content");
		copy_words(state->scrubs, buffer + HOST_SCRUBS, head.scrubs * sizeof *state->scrubs);
		copy_words(state->monitors, buffer + HOST_SCRUBS + view->identity.scrub_capacity * sizeof *state->scrubs,
			   head.monitors * sizeof *state->monitors);
	}
	if (!still_whole(view, version))
		return UV_LOST;
	if (!sound)
		return uv_fail(error, UV_CORRUPT, "%s is corrupt: buffer of version %" PRIu64 " does not add up", view->path, version);
	for (size_t i = 0; i < head.monitors; i++)
		if (!uv_name_field_valid(state->monitors[i].name))
			return uv_fail(error, UV_CORRUPT, "%s is corrupt: monitor %zu of version %" PRIu64 " has no valid name", view->path, i, version);
	state->version = version;
	state->sequence = word > head.sequence ? word : head.sequence;
	state->nonce = head.nonce;
	state->incarnation = head.incarnation;
	state->floor = head.floor;
	state->scrubs_pending = head.scrubs_pending;
	state->scrub_count = head.scrubs;
	state->monitor_count = head.monitors;
	return UV_OK;
}

int uv_host_view_read(const uv_host_view *view, uv_host_state *state, uv_error *error)
{
	int result;
	do
		result = read_once(view, state, error);
	while (result == UV_LOST);
	return result;
}

void uv_host_state_free(uv_host_state *state)
{
	free(state->scrubs);
	free(state->monitors);
	memset(state, 0, sizeof *state);
}
