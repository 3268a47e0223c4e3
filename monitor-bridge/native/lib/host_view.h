/* A host view's bytes (layout/host.md). Private; tests may look. */
#ifndef ULTRAVIEW_HOST_VIEW_H
#define ULTRAVIEW_HOST_VIEW_H

#include "internal.h"

#include <assert.h>

enum { HOST_BUFFERS = 4, HOST_BUFFER_AREA = 0x2000, HOST_SCRUBS = 0x80, HOST_MOST_LISTED = 1 << 20 };

#define HOST_CHECK 0x554c5452484f5354u

struct host_header {
	char magic[8];
	uint32_t layout_version, zero0;
	uint64_t generation, serial, window, scrub_capacity, monitor_capacity, buffers, buffer_area, buffer_size, file_size, writer_pid, writer_start;
	char host_name[UV_NAME_SIZE], replica_name[UV_NAME_SIZE];
	uint8_t zero1[0xff8 - 0xf8];
	uint32_t crc, zero2;
	_Alignas(128) _Atomic uint64_t version;
	_Alignas(128) _Atomic uint64_t beat;
	_Atomic uint64_t known_sequence;
	_Alignas(128) uint64_t zero3;
	_Atomic uint64_t sequence;
	_Alignas(128) _Atomic uint32_t wake;
	_Alignas(128) _Atomic uint64_t state;
	_Atomic uint64_t successor;
};

#define HOST_OFFSET(field, offset) static_assert(offsetof(struct host_header, field) == (offset), #field ": see layout/host.md")
HOST_OFFSET(generation, 0x010);
HOST_OFFSET(scrub_capacity, 0x028);
HOST_OFFSET(monitor_capacity, 0x030);
HOST_OFFSET(buffers, 0x038);
HOST_OFFSET(buffer_area, 0x040);
HOST_OFFSET(buffer_size, 0x048);
HOST_OFFSET(file_size, 0x050);
HOST_OFFSET(writer_start, 0x060);
HOST_OFFSET(host_name, 0x068);
HOST_OFFSET(replica_name, 0x0b0);
HOST_OFFSET(crc, 0xff8);
HOST_OFFSET(version, 0x1000);
HOST_OFFSET(beat, 0x1080);
HOST_OFFSET(known_sequence, 0x1088);
HOST_OFFSET(sequence, 0x1108);
HOST_OFFSET(wake, 0x1180);
HOST_OFFSET(state, 0x1200);
HOST_OFFSET(successor, 0x1208);

struct host_buffer {
	uint64_t sequence, nonce, incarnation, floor, scrubs, scrubs_pending, monitors, check;
};

struct host_scrub {
	uint64_t revocation, first_frame, count, ready;
};
static_assert(sizeof(struct host_scrub) == 32 && sizeof(uv_scrub) == 32, "see layout/host.md");

struct host_monitor {
	uint64_t partition, incarnation, nonce;
	char name[UV_NAME_SIZE];
};
static_assert(sizeof(struct host_monitor) == 96 && sizeof(uv_expected_monitor) == 96, "see layout/host.md");

struct uv_host_view {
	const struct host_header *header;
	size_t size;
	dev_t device;
	ino_t inode;
	uv_host_identity identity;
	char path[UV_PATH_SIZE];
};

#endif
