/* Opening a view and checking that it is one. */
#include "view.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* One field, one range: the ladder of refusals for a header. */
static int require(uv_error *error, const char *path, const char *field, uint64_t value, uint64_t least, uint64_t most)
{
	if (value >= least && value <= most)
		return UV_OK;
	if (least == most)
		return uv_fail(error, UV_CORRUPT, "%s is corrupt: %s is %" PRIu64 ", %" PRIu64 " expected", path, field, value, least);
	return uv_fail(error, UV_CORRUPT, "%s is corrupt: %s is %" PRIu64 ", %" PRIu64 "..%" PRIu64 " expected", path, field, value, least, most);
}

static int check_identity(const struct view_header *h, const char *path, size_t size, uv_error *error)
{
	const uint64_t most = UINT64_MAX >> 1; /* Java writes signed longs */
	int bad;
	if (memcmp(h->magic, "ULTRVIEW", 8) != 0)
		return uv_fail(error, UV_FOREIGN, "%s is foreign: it does not start with ULTRVIEW", path);
	if (h->layout_version != UV_LAYOUT_VERSION)
		return uv_fail(error, UV_VERSION, "%s has layout version %u, this library knows %d", path, h->layout_version, UV_LAYOUT_VERSION);
	uint32_t crc = uv_crc32c(h, offsetof(struct view_header, crc));
	if (h->crc != crc)
		return uv_fail(error, UV_CORRUPT, "%s is corrupt: the identity page's CRC is %08x, %08x expected", path, h->crc, crc);
	if ((bad = require(error, path, "generation", h->generation, 1, most)) || (bad = require(error, path, "serial", h->serial, 1, most)) ||
	    (bad = require(error, path, "partition", h->partition, 1, INT32_MAX)) ||
	    (bad = require(error, path, "nodeCapacity", h->node_capacity, 1, VIEW_MAX_NODES)) ||
	    (bad = require(error, path, "reuseDistance", h->reuse_distance, 2, VIEW_MAX_REUSE_DISTANCE)) ||
	    (bad = require(error, path, "commitRing", h->commit_ring, VIEW_COMMIT_RING, VIEW_COMMIT_RING)) ||
	    (bad = require(error, path, "commitSlots", h->commit_slots, VIEW_COMMIT_SLOTS, VIEW_COMMIT_SLOTS)) ||
	    (bad = require(error, path, "changeRing", h->change_ring, VIEW_CHANGE_RING, VIEW_CHANGE_RING)) ||
	    (bad = require(error, path, "changeSlots", h->change_slots, 1, VIEW_MAX_CHANGE_SLOTS)) ||
	    (bad = require(error, path, "changeSlots' lower bits", h->change_slots & (h->change_slots - 1), 0, 0)) ||
	    (bad = require(error, path, "nodeArea", h->node_area, VIEW_NODE_AREA, VIEW_NODE_AREA)) ||
	    (bad = require(error, path, "fileSize", h->file_size, VIEW_NODE_AREA + VIEW_NODE_SIZE * h->node_capacity,
			   VIEW_NODE_AREA + VIEW_NODE_SIZE * h->node_capacity)) ||
	    (bad = require(error, path, "window", h->window, 0, (1 << 20) - 1)))
		return bad;
	if (size != h->file_size)
		return uv_fail(error, UV_TRUNCATED, "%s is truncated: %zu bytes, its header says %" PRIu64, path, size, h->file_size);
	if (!uv_name_field_valid(h->partition_name) || !uv_name_field_valid(h->replica_name))
		return uv_fail(error, UV_CORRUPT, "%s is corrupt: the partition's or the replica's name is not one", path);
	return UV_OK;
}

static void copy_identity(uv_identity *to, const struct view_header *h)
{
	*to = (uv_identity){
		.generation = h->generation,
		.serial = h->serial,
		.partition = h->partition,
		.node_capacity = h->node_capacity,
		.reuse_distance = h->reuse_distance,
		.change_slots = h->change_slots,
		.file_size = h->file_size,
		.writer_pid = h->writer_pid,
		.writer_start = h->writer_start,
		.window = h->window,
	};
	memcpy(to->partition_name, h->partition_name, UV_NAME_SIZE);
	memcpy(to->replica_name, h->replica_name, UV_NAME_SIZE);
}

static int open_mapped(uv_view *view, const char *partition_name, uv_error *error)
{
	const uint8_t *memory = (const uint8_t *)view->header;
	uv_status status;
	int bad = check_identity(view->header, view->path, view->size, error);
	if (bad)
		return bad;
	copy_identity(&view->identity, view->header);
	if (partition_name && strcmp(partition_name, view->identity.partition_name) != 0)
		return uv_fail(error, UV_MISMATCH, "%s is the view of partition '%s', '%s' expected", view->path, view->identity.partition_name,
			       partition_name);
	view->nodes = (const view_node *)(memory + VIEW_NODE_AREA);
	view->node_capacity = view->identity.node_capacity;
	view->reuse_distance = view->identity.reuse_distance;
	view->commits = (const struct view_commit *)(memory + VIEW_COMMIT_RING);
	view->changes = (const struct view_change *)(memory + VIEW_CHANGE_RING);
	view->change_slots = view->identity.change_slots;
	if (uv_view_state(view) == UV_BUILDING)
		return uv_fail(error, UV_CORRUPT, "%s is corrupt: it has its final name and is still being built", view->path);
	return uv_status_read(view, &status, error);
}

int uv_view_open(const char *path, const char *partition_name, uv_view **result, uv_error *error)
{
	uv_view *view = calloc(1, sizeof *view);
	const void *memory;
	int bad;
	*result = NULL;
	if (!view)
		return uv_fail(error, UV_FULL, "no memory for a view");
	snprintf(view->path, sizeof view->path, "%s", path);
	bad = uv_map_file(path, VIEW_NODE_AREA + VIEW_NODE_SIZE, &memory, &view->size, &view->device, &view->inode, error);
	if (bad) {
		free(view);
		return bad;
	}
	view->header = memory;
	bad = open_mapped(view, partition_name, error);
	if (bad) {
		uv_view_close(view);
		return bad;
	}
	*result = view;
	return UV_OK;
}

void uv_view_close(uv_view *view)
{
	if (!view)
		return;
	munmap((void *)(uintptr_t)view->header, view->size);
	free(view);
}

int uv_view_validate(const uv_view *view, uv_error *error)
{
	uv_status status;
	int bad = check_identity(view->header, view->path, view->size, error);
	if (bad)
		return bad;
	if (view->header->generation != view->identity.generation || view->header->serial != view->identity.serial)
		return uv_fail(error, UV_CORRUPT, "%s is corrupt: its generation changed in place", view->path);
	return uv_status_read(view, &status, error);
}

const uv_identity *uv_view_identity(const uv_view *view)
{
	return &view->identity;
}

int uv_view_replaced(const uv_view *view, const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return errno == ENOENT ? UV_NOT_FOUND : UV_IO;
	return status.st_dev != view->device || status.st_ino != view->inode;
}

enum uv_state uv_view_state(const uv_view *view)
{
	uint64_t state = atomic_load_explicit(&view->header->state, memory_order_acquire);
	return state <= UV_RETIRED ? (enum uv_state)state : UV_RETIRED;
}

uint64_t uv_beat(const uv_view *view)
{
	return atomic_load_explicit(&view->header->beat, memory_order_acquire);
}

uint64_t uv_known_sequence(const uv_view *view)
{
	return atomic_load_explicit(&view->header->known_sequence, memory_order_acquire);
}

uint64_t uv_sequence(const uv_view *view)
{
	return atomic_load_explicit(&view->header->sequence, memory_order_acquire);
}

/* A copy of the record, and whether it adds up. */
static bool load_commit(const struct view_commit *record, uint64_t words[10])
{
	const _Atomic uint64_t *from = &record->version;
	uint64_t check = VIEW_COMMIT_CHECK;
	for (int i = 0; i < 10; i++) {
		words[i] = atomic_load_explicit(from + i, memory_order_relaxed);
		check ^= words[i];
	}
	return check == 0;
}

bool view_status_at(const uv_view *view, uint64_t head, uv_status *status, uv_error *error)
{
	uint64_t words[10];
	bool sound = load_commit(&view->commits[view_head_version(head) % VIEW_COMMIT_SLOTS], words);
	if (view_distance(view, head) >= VIEW_COMMIT_DISTANCE)
		return false;
	*status = (uv_status){
		.version = words[0],
		.version_sequence = words[1],
		.published = words[2],
		.change_end = words[4],
		.partition_state = words[5],
		.nonce = words[6],
		.incarnation = words[7],
		.floor = words[8],
	};
	if (error)
		error->code = UV_OK;
	if (!sound || words[3] != head || (words[0] & VIEW_VERSION_MASK) != view_head_version(head) || !view_head_valid(view, head))
		uv_fail(error, UV_CORRUPT, "%s is corrupt: the commit record of version %" PRIu64 " does not fit its head", view->path,
			view_head_version(head));
	return true;
}

int uv_status_read(const uv_view *view, uv_status *status, uv_error *error)
{
	uv_error own;
	uint64_t sequence = uv_sequence(view);
	while (!view_status_at(view, view_head(view), status, &own))
		;
	if (own.code != UV_OK) {
		if (error)
			*error = own;
		return own.code;
	}
	status->sequence = sequence > status->version_sequence ? sequence : status->version_sequence;
	return UV_OK;
}

uint64_t uv_version(const uv_view *view)
{
	return view_head_version(view_head(view));
}
