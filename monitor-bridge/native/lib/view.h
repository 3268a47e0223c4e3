/* A view's bytes (layout/view.md) and what is kept of an open one. Private; tests may look. */
#ifndef ULTRAVIEW_VIEW_H
#define ULTRAVIEW_VIEW_H

#include "internal.h"

#include <assert.h>

enum {
	VIEW_COMMIT_RING = 0x10000,
	VIEW_COMMIT_SLOTS = 1024,
	VIEW_CHANGE_RING = 0x30000,
	VIEW_MAX_CHANGE_SLOTS = 32768,
	VIEW_NODE_AREA = 0x200000,
	VIEW_NODE_ENTRIES = 1024,
	VIEW_NODE_SIZE = 8192,
	VIEW_MAX_NODES = 1 << 23,
	VIEW_MAX_REUSE_DISTANCE = 512,
	VIEW_COMMIT_DISTANCE = 512, /* a commit record is good while head has moved by fewer versions */
	VIEW_MAX_LEVEL = 4,
};

#define VIEW_COMMIT_CHECK 0x554c545256494557u
#define VIEW_VERSION_MASK ((1ull << 38) - 1)
#define VIEW_PAGE_LIMIT (1ull << 50)

struct view_header {
	char magic[8];
	uint32_t layout_version, zero0;
	uint64_t generation, serial, partition, node_capacity, reuse_distance, commit_ring, commit_slots, change_ring, change_slots, node_area,
		file_size, writer_pid, writer_start, window;
	char partition_name[UV_NAME_SIZE], replica_name[UV_NAME_SIZE];
	uint8_t zero1[0xff8 - 0x110];
	uint32_t crc, zero2;
	_Alignas(128) _Atomic uint64_t head;
	_Alignas(128) _Atomic uint64_t beat;
	_Atomic uint64_t known_sequence;
	_Alignas(128) _Atomic uint64_t inplace;
	_Atomic uint64_t sequence;
	_Alignas(128) _Atomic uint32_t wake;
	_Alignas(128) _Atomic uint64_t state;
	_Atomic uint64_t successor;
	_Alignas(128) _Atomic uint64_t limit;
	_Alignas(128) _Atomic uint64_t changes_claimed;
	_Alignas(128) _Atomic uint64_t changes;
};

#define VIEW_OFFSET(field, offset) static_assert(offsetof(struct view_header, field) == (offset), #field ": see layout/view.md")
VIEW_OFFSET(layout_version, 0x008);
VIEW_OFFSET(generation, 0x010);
VIEW_OFFSET(serial, 0x018);
VIEW_OFFSET(partition, 0x020);
VIEW_OFFSET(node_capacity, 0x028);
VIEW_OFFSET(reuse_distance, 0x030);
VIEW_OFFSET(commit_ring, 0x038);
VIEW_OFFSET(commit_slots, 0x040);
VIEW_OFFSET(change_ring, 0x048);
VIEW_OFFSET(change_slots, 0x050);
VIEW_OFFSET(node_area, 0x058);
VIEW_OFFSET(file_size, 0x060);
VIEW_OFFSET(writer_pid, 0x068);
VIEW_OFFSET(writer_start, 0x070);
VIEW_OFFSET(window, 0x078);
VIEW_OFFSET(partition_name, 0x080);
VIEW_OFFSET(replica_name, 0x0c8);
VIEW_OFFSET(crc, 0xff8);
VIEW_OFFSET(head, 0x1000);
VIEW_OFFSET(beat, 0x1080);
VIEW_OFFSET(known_sequence, 0x1088);
VIEW_OFFSET(inplace, 0x1100);
VIEW_OFFSET(sequence, 0x1108);
VIEW_OFFSET(wake, 0x1180);
VIEW_OFFSET(state, 0x1200);
VIEW_OFFSET(successor, 0x1208);
VIEW_OFFSET(limit, 0x1280);
VIEW_OFFSET(changes_claimed, 0x1300);
VIEW_OFFSET(changes, 0x1380);

struct view_commit {
	_Atomic uint64_t version, sequence, time, root, change_end, partition_state, nonce, incarnation, floor, check;
	uint64_t zero[6];
};
static_assert(sizeof(struct view_commit) == 128, "see layout/view.md");
static_assert(offsetof(struct view_commit, check) == 0x48, "see layout/view.md");

struct view_change {
	_Atomic uint64_t number, guest, count, entry;
};
static_assert(sizeof(struct view_change) == 32, "see layout/view.md");

typedef _Atomic uint64_t view_node[VIEW_NODE_ENTRIES];
static_assert(sizeof(view_node) == VIEW_NODE_SIZE, "see layout/view.md");

struct uv_view {
	const struct view_header *header;
	const view_node *nodes;
	uint64_t node_capacity;
	uint64_t reuse_distance; /* K; a test that plants a fault makes it endless */
	const struct view_commit *commits;
	const struct view_change *changes;
	uint64_t change_slots;
	size_t size;
	dev_t device;
	ino_t inode;
	uv_identity identity;
	char path[UV_PATH_SIZE];
};

static inline uint64_t view_head_version(uint64_t head) { return head >> 26; }
static inline unsigned view_head_level(uint64_t head) { return (unsigned)(head >> 23 & 7); }
static inline uint64_t view_head_node(uint64_t head) { return head & (VIEW_MAX_NODES - 1); }

static inline uint64_t view_head(const uv_view *view)
{
	return atomic_load_explicit(&view->header->head, memory_order_acquire);
}

/* How far the head has moved since `head` was loaded; the loads in between were of that version's nodes if it is less than K. */
static inline uint64_t view_distance(const uv_view *view, uint64_t head)
{
	atomic_thread_fence(memory_order_acquire);
	uint64_t now = atomic_load_explicit(&view->header->head, memory_order_relaxed);
	return (view_head_version(now) - view_head_version(head)) & VIEW_VERSION_MASK;
}

static inline bool view_still_whole(const uv_view *view, uint64_t head)
{
	return view_distance(view, head) < view->reuse_distance;
}

static inline uint64_t view_load(const view_node *node, uint64_t slot)
{
	return atomic_load_explicit(&(*node)[slot], memory_order_relaxed);
}

static inline unsigned view_kind(uint64_t entry) { return (unsigned)(entry & 3); }
enum { VIEW_EMPTY = 0, VIEW_TABLE = 1, VIEW_LEAF = 3 };

static inline uint64_t view_child(uint64_t entry) { return entry >> 13 & (VIEW_MAX_NODES - 1); }

/* A leaf's entry as one of exactly this page. */
static inline uv_entry view_page_entry(uint64_t leaf, uint64_t page, unsigned shift)
{
	return leaf + ((page & ((1ull << shift) - 1)) << 12);
}

static inline bool view_head_valid(const uv_view *view, uint64_t head)
{
	return view_head_level(head) <= VIEW_MAX_LEVEL && view_head_node(head) < view->node_capacity;
}

/* The status of the version that `head` names. False: late, load the head again. Error: the record fails its check. */
bool view_status_at(const uv_view *view, uint64_t head, uv_status *status, uv_error *error);

#endif
