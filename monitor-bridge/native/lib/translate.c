/* The reader's algorithm (layout/view.md, "Reader"): one page, many pages, the whole map. */
#include "view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* One level of the walk: returns, or goes on one level down. Written out per level, so that shifts are constants and each level has a branch
 * of its own to predict: a walk that is mispredicted at its leaf waits for memory before the next one can begin. */
#define WALK_LEVEL(level)                                                                                                                              \
	entry = view_load(node, page >> 10 * (level) & (VIEW_NODE_ENTRIES - 1));                                                                       \
	if (__builtin_expect(view_kind(entry) != VIEW_TABLE, (level) == 0))                                                                            \
		return view_kind(entry) == VIEW_LEAF ? view_page_entry(entry, page, 10 * (level)) : UV_ABSENT;                                         \
	if ((level) == 0 || view_child(entry) >= view->node_capacity)                                                                                  \
		return UV_INVALID;                                                                                                                     \
	node = &view->nodes[view_child(entry)]

static inline uv_entry walk(const uv_view *view, uint64_t head, uint64_t page)
{
	const view_node *node = &view->nodes[view_head_node(head)];
	uint64_t entry;
	if (!view_head_valid(view, head))
		return UV_INVALID;
	if (page >> 10 * view_head_level(head) >> 10 != 0)
		return UV_ABSENT; /* else its high bits would be lost */
	switch (view_head_level(head)) {
	case 4:
		WALK_LEVEL(4);
		/* fall through */
	case 3:
		WALK_LEVEL(3);
		/* fall through */
	case 2:
		WALK_LEVEL(2);
		/* fall through */
	case 1:
		WALK_LEVEL(1);
		/* fall through */
	default:
		WALK_LEVEL(0);
	}
	return UV_INVALID;
}

uv_entry uv_translate(const uv_view *view, uint64_t guest_page)
{
	for (;;) {
		uint64_t head = view_head(view);
		uv_entry entry = walk(view, head, guest_page);
		if (__builtin_expect(view_still_whole(view, head), true))
			return entry;
	}
}

/* ---- many pages: first all walks down to the last entry, which is fetched ahead, then all entries: the memory accesses overlap */

enum { LANES = 64 };

/* Where the walk of one page ends: the address of its entry, and the shift of that entry's level. */
struct lane {
	const _Atomic uint64_t *slot;
	uint64_t shift;
};

#define LANE_LEVEL(level)                                                                                                                              \
	lane->slot = &(*node)[page >> 10 * (level) & (VIEW_NODE_ENTRIES - 1)];                                                                         \
	lane->shift = 10 * (level);                                                                                                                    \
	if ((level) == 0)                                                                                                                              \
		return true;                                                                                                                           \
	entry = atomic_load_explicit(lane->slot, memory_order_relaxed);                                                                                \
	if (__builtin_expect(view_kind(entry) != VIEW_TABLE, false))                                                                                   \
		return true;                                                                                                                           \
	if (view_child(entry) >= view->node_capacity)                                                                                                  \
		return false;                                                                                                                          \
	node = &view->nodes[view_child(entry)]

static const _Atomic uint64_t NOWHERE; /* an empty entry, for pages beyond the root */

static inline bool walk_lane(const uv_view *view, uint64_t head, uint64_t page, struct lane *lane)
{
	const view_node *node = &view->nodes[view_head_node(head)];
	uint64_t entry;
	if (page >> 10 * view_head_level(head) >> 10 != 0) {
		*lane = (struct lane){ .slot = &NOWHERE };
		return true;
	}
	switch (view_head_level(head)) {
	case 4:
		LANE_LEVEL(4);
		/* fall through */
	case 3:
		LANE_LEVEL(3);
		/* fall through */
	case 2:
		LANE_LEVEL(2);
		/* fall through */
	case 1:
		LANE_LEVEL(1);
		/* fall through */
	default:
		LANE_LEVEL(0);
	}
}

static bool walk_lanes(const uv_view *view, uint64_t head, const uint64_t *pages, uv_entry *entries, unsigned count)
{
	struct lane lanes[LANES];
	for (unsigned i = 0; i < count; i++) {
		if (!walk_lane(view, head, pages[i], &lanes[i]))
			return false;
		__builtin_prefetch((const void *)lanes[i].slot);
	}
	for (unsigned i = 0; i < count; i++) {
		uint64_t entry = atomic_load_explicit(lanes[i].slot, memory_order_relaxed);
		if (__builtin_expect(view_kind(entry) == VIEW_TABLE, false))
			return false; /* below level 0, or changed since, which only a reused node does */
		entries[i] = view_kind(entry) == VIEW_LEAF ? view_page_entry(entry, pages[i], (unsigned)lanes[i].shift) : UV_ABSENT;
	}
	return true;
}

int uv_translate_batch(const uv_view *view, const uint64_t *guest_pages, uv_entry *entries, size_t count)
{
	for (int attempt = 0;; attempt++) {
		uint64_t inplace = atomic_load_explicit(&view->header->inplace, memory_order_acquire);
		uint64_t head = view_head(view);
		bool sound = view_head_valid(view, head);
		for (size_t done = 0; sound && done < count; done += LANES)
			sound = walk_lanes(view, head, guest_pages + done, entries + done, (unsigned)(count - done < LANES ? count - done : LANES));
		if (!view_still_whole(view, head))
			continue;
		if (!sound)
			return UV_CORRUPT;
		/* view_still_whole has the fence */
		if ((inplace & 1) == 0 && atomic_load_explicit(&view->header->inplace, memory_order_relaxed) == inplace)
			return 1;
		if (attempt >= 16)
			return 0; /* the writer adds without pause, or died in the middle: every answer is good by itself */
	}
}

/* ---- the whole map */

struct collector {
	const uv_view *view;
	uint64_t head;
	uv_run *runs;
	size_t count, room;
	uint64_t visited; /* nodes; a tree has no more than the file */
	int code; /* UV_OK, UV_LOST: late, UV_CORRUPT, UV_FULL: no memory */
};

static void collect_leaf(struct collector *c, uint64_t page, unsigned shift, uint64_t entry)
{
	uint64_t frame = uv_entry_frame(entry), count = 1ull << shift;
	unsigned rights = uv_entry_rights(entry);
	uv_run *last = c->count ? &c->runs[c->count - 1] : NULL;
	if (last && last->guest + last->count == page && last->frame + last->count == frame && last->rights == rights) {
		last->count += count;
		return;
	}
	if (c->count == c->room) {
		size_t room = c->room ? 2 * c->room : 64;
		uv_run *runs = realloc(c->runs, room * sizeof *runs);
		if (!runs) {
			c->code = UV_FULL;
			return;
		}
		c->runs = runs;
		c->room = room;
	}
	c->runs[c->count++] = (uv_run){ .guest = page, .frame = frame, .count = count, .rights = rights };
}

static void collect_node(struct collector *c, uint64_t number, unsigned level, uint64_t first_page)
{
	const view_node *node = &c->view->nodes[number];
	unsigned shift = 10 * level;
	for (unsigned slot = 0; slot < VIEW_NODE_ENTRIES && c->code == UV_OK; slot++) {
		uint64_t entry = view_load(node, slot), page = first_page + ((uint64_t)slot << shift);
		if (view_kind(entry) == VIEW_LEAF) {
			if ((entry >> 52) != 0 || (entry & 0xfe0) != 0 || (uv_entry_frame(entry) & ((1ull << shift) - 1)) != 0)
				c->code = UV_CORRUPT;
			else
				collect_leaf(c, page, shift, entry);
		} else if (view_kind(entry) == VIEW_TABLE) {
			if (level == 0 || view_child(entry) >= c->view->node_capacity || ++c->visited >= c->view->node_capacity)
				c->code = UV_CORRUPT;
			else
				collect_node(c, view_child(entry), level - 1, page);
		}
	}
	/* Once a node: a doomed walk ends early, and what looked corrupt may only be late. */
	if (!view_still_whole(c->view, c->head))
		c->code = UV_LOST;
}

int uv_snapshot_take(const uv_view *view, uv_snapshot *snapshot, uv_error *error)
{
	struct collector c = { .view = view };
	uv_error own;
	uint64_t sequence;
	memset(snapshot, 0, sizeof *snapshot);
	do {
		c.count = 0;
		c.visited = 0;
		c.code = UV_OK;
		sequence = uv_sequence(view);
		c.head = view_head(view);
		if (!view_status_at(view, c.head, &snapshot->status, &own)) {
			c.code = UV_LOST;
			continue;
		}
		if (own.code != UV_OK) {
			free(c.runs);
			if (error)
				*error = own;
			return own.code;
		}
		collect_node(&c, view_head_node(c.head), view_head_level(c.head), 0);
	} while (c.code == UV_LOST);
	if (c.code != UV_OK) {
		free(c.runs);
		return c.code == UV_FULL ? uv_fail(error, UV_FULL, "no memory for a snapshot of %zu runs", c.count) :
					   uv_fail(error, UV_CORRUPT, "%s is corrupt: version %" PRIu64 " holds an impossible entry", view->path,
						   snapshot->status.version);
	}
	snapshot->runs = c.runs;
	snapshot->count = c.count;
	snapshot->status.sequence = sequence > snapshot->status.version_sequence ? sequence : snapshot->status.version_sequence;
	return UV_OK;
}

void uv_snapshot_free(uv_snapshot *snapshot)
{
	free(snapshot->runs);
	memset(snapshot, 0, sizeof *snapshot);
}

int uv_walk(const uv_view *view, int (*visit)(void *context, const uv_run *run), void *context, uv_status *status, uv_error *error)
{
	uv_snapshot snapshot;
	int result = uv_snapshot_take(view, &snapshot, error);
	if (result != UV_OK)
		return result;
	if (status)
		*status = snapshot.status;
	for (size_t i = 0; result == 0 && i < snapshot.count; i++)
		result = visit(context, &snapshot.runs[i]);
	uv_snapshot_free(&snapshot);
	return result;
}
