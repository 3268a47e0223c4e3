#include "host_builder.h"

#include "../lib/host_view.h"

#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SCRUBS = 64, MONITORS = 16 };

struct host_builder {
	struct host_header *header;
};

struct host_builder *host_builder_open(const char *path, const char *replica, uint64_t generation)
{
	struct host_builder *builder = calloc(1, sizeof *builder);
	uint64_t buffer = (HOST_SCRUBS + SCRUBS * sizeof(struct host_scrub) + MONITORS * sizeof(struct host_monitor) + 4095) / 4096 * 4096;
	uint64_t size = HOST_BUFFER_AREA + HOST_BUFFERS * buffer;
	const uv_host_state nothing = { .sequence = 1 };
	uv_error error = { 0 };
	void *memory;
	if (!builder || uv_make_file(path, size, &memory, &error) != UV_OK) {
		fprintf(stderr, "host view: %s\n", error.text);
		abort();
	}
	struct host_header *h = builder->header = memory;
	memcpy(h->magic, "ULTRHOST", 8);
	h->layout_version = UV_LAYOUT_VERSION;
	h->generation = generation;
	h->serial = 1;
	h->scrub_capacity = SCRUBS;
	h->monitor_capacity = MONITORS;
	h->buffers = HOST_BUFFERS;
	h->buffer_area = HOST_BUFFER_AREA;
	h->buffer_size = buffer;
	h->file_size = size;
	snprintf(h->host_name, UV_NAME_SIZE, "h1");
	snprintf(h->replica_name, UV_NAME_SIZE, "%s", replica);
	h->crc = uv_crc32c(h, offsetof(struct host_header, crc));
	host_builder_publish(builder, &nothing);
	atomic_store(&h->state, UV_LIVE);
	if (uv_publish_file(path, &error) != UV_OK)
		abort();
	return builder;
}

void host_builder_close(struct host_builder *builder)
{
	munmap(builder->header, builder->header->file_size);
	free(builder);
}

void host_builder_publish(struct host_builder *builder, const uv_host_state *state)
{
	struct host_header *h = builder->header;
	uint64_t version = atomic_load(&h->version) + 1;
	uint8_t *to = (uint8_t *)h + HOST_BUFFER_AREA + version % HOST_BUFFERS * h->buffer_size;
	struct host_buffer head = { .sequence = state->sequence, .nonce = state->nonce, .incarnation = state->incarnation, .floor = state->floor, .scrubs = state->scrub_count,
				    .scrubs_pending = state->scrub_count, .monitors = state->monitor_count, .check = HOST_CHECK };
	for (const uint64_t *word = &head.sequence; word < &head.check; word++)
		head.check ^= *word;
	memcpy(to, &head, sizeof head);
	memcpy(to + HOST_SCRUBS, state->scrubs, state->scrub_count * sizeof *state->scrubs);
	memcpy(to + HOST_SCRUBS + SCRUBS * sizeof(struct host_scrub), state->monitors, state->monitor_count * sizeof *state->monitors);
	atomic_store(&h->version, version);
	atomic_store(&h->sequence, state->sequence);
	atomic_fetch_add(&h->wake, 1);
	syscall(SYS_futex, &h->wake, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

void host_builder_retire(struct host_builder *builder)
{
	atomic_store(&builder->header->state, UV_RETIRED);
	atomic_fetch_add(&builder->header->wake, 1);
}
