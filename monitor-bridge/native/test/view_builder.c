#include "view_builder.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct retired {
	uint64_t node, version;
};

struct builder {
	struct view_header *header;
	view_node *nodes;
	struct view_commit *commits;
	struct view_change *changes;
	uint64_t version, root, change_end, limit;
	unsigned root_level;
	uint64_t partition_state, nonce, incarnation, floor;
	uint64_t *born; /* by node: the version that it was made for */
	struct retired *retired;
	size_t retired_first, retired_count, retired_room;
};

static void require(bool good, const char *what)
{
	if (!good) {
		perror(what);
		abort();
	}
}

struct builder_options builder_defaults(void)
{
	return (struct builder_options){ .generation = 1, .serial = 1, .partition = 7, .node_capacity = 64, .reuse_distance = 64, .change_slots = 256,
					 .partition_name = "guest-7", .replica_name = "r1", .root_level = 2 };
}

void builder_sign(struct view_header *header)
{
	header->crc = uv_crc32c(header, offsetof(struct view_header, crc));
}

struct builder *builder_open(const char *path, const struct builder_options *options)
{
	struct builder *b = calloc(1, sizeof *b);
	char unfinished[UV_PATH_SIZE];
	size_t size = VIEW_NODE_AREA + VIEW_NODE_SIZE * options->node_capacity;
	require(b != NULL, "builder");
	snprintf(unfinished, sizeof unfinished, "%.4000s.tmp", path);
	int fd = open(unfinished, O_RDWR | O_CREAT | O_TRUNC, 0640);
	require(fd >= 0 && ftruncate(fd, (off_t)size) == 0, unfinished);
	b->header = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
	require(b->header != MAP_FAILED, "mmap");
	close(fd);
	struct view_header *h = b->header;
	memcpy(h->magic, "ULTRVIEW", 8);
	h->layout_version = UV_LAYOUT_VERSION;
	h->generation = options->generation;
	h->serial = options->serial;
	h->partition = options->partition;
	h->node_capacity = options->node_capacity;
	h->reuse_distance = options->reuse_distance;
	h->commit_ring = VIEW_COMMIT_RING;
	h->commit_slots = VIEW_COMMIT_SLOTS;
	h->change_ring = VIEW_CHANGE_RING;
	h->change_slots = options->change_slots;
	h->node_area = VIEW_NODE_AREA;
	h->file_size = size;
	h->writer_pid = (uint64_t)getpid();
	h->writer_start = uv_process_start();
	h->window = options->window;
	snprintf(h->partition_name, UV_NAME_SIZE, "%s", options->partition_name);
	snprintf(h->replica_name, UV_NAME_SIZE, "%s", options->replica_name);
	builder_sign(h);
	uint8_t *memory = (uint8_t *)h;
	b->nodes = (view_node *)(memory + VIEW_NODE_AREA);
	b->commits = (struct view_commit *)(memory + VIEW_COMMIT_RING);
	b->changes = (struct view_change *)(memory + VIEW_CHANGE_RING);
	b->born = calloc(options->node_capacity, sizeof *b->born);
	require(b->born != NULL, "builder");
	b->root_level = options->root_level;
	b->partition_state = UV_RUNNING;
	b->limit = 1;
	b->born[0] = 1;
	builder_publish(b, 1);
	atomic_store(&h->state, UV_LIVE);
	require(rename(unfinished, path) == 0, path);
	return b;
}

void builder_close(struct builder *b)
{
	munmap(b->header, b->header->file_size);
	free(b->born);
	free(b->retired);
	free(b);
}

static uint64_t allocate(struct builder *b)
{
	uint64_t node;
	if (b->retired_count > 0 && b->version >= b->retired[b->retired_first].version + b->header->reuse_distance - 1) {
		node = b->retired[b->retired_first++].node;
		b->retired_count--;
	} else {
		node = b->limit++;
		require(node < b->header->node_capacity, "the builder's view is full");
		atomic_store_explicit(&b->header->limit, b->limit, memory_order_release);
	}
	b->born[node] = b->version + 1;
	return node;
}

static void retire(struct builder *b, uint64_t node)
{
	if (b->retired_first + b->retired_count == b->retired_room) {
		if (b->retired_first > b->retired_room / 2) {
			memmove(b->retired, b->retired + b->retired_first, b->retired_count * sizeof *b->retired);
			b->retired_first = 0;
		} else {
			b->retired_room = b->retired_room ? 2 * b->retired_room : 256;
			b->retired = realloc(b->retired, b->retired_room * sizeof *b->retired);
			require(b->retired != NULL, "builder");
		}
	}
	b->retired[b->retired_first + b->retired_count++] = (struct retired){ node, b->version + 1 };
}

/* The node itself if it was born in this transaction, else a copy. */
static uint64_t own(struct builder *b, uint64_t node)
{
	if (b->born[node] == b->version + 1)
		return node;
	uint64_t copy = allocate(b);
	for (int i = 0; i < VIEW_NODE_ENTRIES; i++)
		atomic_store_explicit(&b->nodes[copy][i], atomic_load_explicit(&b->nodes[node][i], memory_order_relaxed), memory_order_relaxed);
	retire(b, node);
	return copy;
}

static void record(struct builder *b, uint64_t page, uint64_t count, uint64_t entry)
{
	struct view_change *change = &b->changes[b->change_end & (b->header->change_slots - 1)];
	atomic_store_explicit(&b->header->changes_claimed, b->change_end + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&change->number, b->change_end + 1, memory_order_relaxed);
	atomic_store_explicit(&change->guest, page, memory_order_relaxed);
	atomic_store_explicit(&change->count, count, memory_order_relaxed);
	atomic_store_explicit(&change->entry, entry, memory_order_relaxed);
	b->change_end++;
}

static void store(struct builder *b, uint64_t page, unsigned level, uint64_t entry)
{
	b->root = own(b, b->root);
	uint64_t node = b->root;
	for (unsigned l = b->root_level; l > level; l--) {
		_Atomic uint64_t *slot = &b->nodes[node][page >> 10 * l & (VIEW_NODE_ENTRIES - 1)];
		uint64_t below = atomic_load_explicit(slot, memory_order_relaxed), child;
		if (view_kind(below) == VIEW_TABLE) {
			child = own(b, view_child(below));
		} else {
			require(view_kind(below) == VIEW_EMPTY, "the builder does not split leaves");
			child = allocate(b);
			for (int i = 0; i < VIEW_NODE_ENTRIES; i++)
				atomic_store_explicit(&b->nodes[child][i], 0, memory_order_relaxed);
		}
		atomic_store_explicit(slot, child << 13 | VIEW_TABLE, memory_order_relaxed);
		node = child;
	}
	atomic_store_explicit(&b->nodes[node][page >> 10 * level & (VIEW_NODE_ENTRIES - 1)], entry, memory_order_relaxed);
	record(b, page, 1ull << 10 * level, entry);
}

void builder_put(struct builder *b, uint64_t page, unsigned level, uint64_t frame, unsigned rights)
{
	store(b, page, level, frame << 12 | (uint64_t)rights << 2 | VIEW_LEAF);
}

void builder_remove(struct builder *b, uint64_t page, unsigned level)
{
	store(b, page, level, 0);
}

void builder_attach(struct builder *b, uint64_t nonce, uint64_t incarnation, uint64_t floor)
{
	b->nonce = nonce;
	b->incarnation = incarnation;
	b->floor = floor;
}

void builder_partition_state(struct builder *b, uint64_t state)
{
	b->partition_state = state;
}

static void wake(struct builder *b)
{
	atomic_fetch_add_explicit(&b->header->wake, 1, memory_order_seq_cst);
	syscall(SYS_futex, &b->header->wake, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

void builder_publish(struct builder *b, uint64_t sequence)
{
	uint64_t version = b->version + 1;
	uint64_t head = (version & VIEW_VERSION_MASK) << 26 | (uint64_t)b->root_level << 23 | b->root;
	uint64_t words[9] = { version, sequence, uv_now(), head, b->change_end, b->partition_state, b->nonce, b->incarnation, b->floor };
	uint64_t check = VIEW_COMMIT_CHECK;
	struct view_commit *commit = &b->commits[version % VIEW_COMMIT_SLOTS];
	atomic_store_explicit(&b->header->changes, b->change_end, memory_order_release);
	for (int i = 0; i < 9; i++) {
		check ^= words[i];
		atomic_store_explicit(&commit->version + i, words[i], memory_order_relaxed);
	}
	atomic_store_explicit(&commit->check, check, memory_order_relaxed);
	atomic_store_explicit(&b->header->head, head, memory_order_release);
	b->version = version;
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&b->header->sequence, sequence, memory_order_release);
	wake(b);
}

void builder_add_in_place(struct builder *b, uint64_t page, uint64_t frame, unsigned rights, uint64_t sequence)
{
	uint64_t node = b->root, inplace = atomic_load(&b->header->inplace);
	uint64_t entry = frame << 12 | (uint64_t)rights << 2 | VIEW_LEAF;
	for (unsigned l = b->root_level; l > 0; l--) {
		uint64_t below = atomic_load(&b->nodes[node][page >> 10 * l & (VIEW_NODE_ENTRIES - 1)]);
		require(view_kind(below) == VIEW_TABLE, "no node to add to in place");
		node = view_child(below);
	}
	record(b, page, 1, entry);
	atomic_store_explicit(&b->header->inplace, inplace + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&b->header->changes, b->change_end, memory_order_release);
	atomic_store_explicit(&b->nodes[node][page & (VIEW_NODE_ENTRIES - 1)], entry, memory_order_release);
	atomic_store_explicit(&b->header->sequence, sequence, memory_order_release);
	atomic_store_explicit(&b->header->inplace, inplace + 2, memory_order_release);
	wake(b);
}

void builder_advance(struct builder *b, uint64_t sequence)
{
	atomic_store_explicit(&b->header->sequence, sequence, memory_order_release);
}

void builder_retire(struct builder *b, uint64_t successor)
{
	atomic_store_explicit(&b->header->successor, successor, memory_order_relaxed);
	atomic_store_explicit(&b->header->state, UV_RETIRED, memory_order_release);
	wake(b);
}

struct view_header *builder_header(struct builder *b)
{
	return b->header;
}

void *builder_memory(struct builder *b)
{
	return b->header;
}

size_t builder_size(struct builder *b)
{
	return b->header->file_size;
}
