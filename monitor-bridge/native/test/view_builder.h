/* Writes views as the Java side does, for tests and the benchmark: a second, smaller implementation of layout/view.md's writer.
 * It reuses nodes by the K rule, publishes versions and single additions in place; it neither splits leaves nor grows. */
#ifndef VIEW_BUILDER_H
#define VIEW_BUILDER_H

#include "../lib/view.h"

struct builder;

struct builder_options {
	uint64_t generation, serial, partition, node_capacity, reuse_distance, change_slots, window;
	const char *partition_name, *replica_name;
	unsigned root_level;
};

/* Defaults: generation 1, serial 1, partition 7 "guest-7", replica "r1", 64 nodes, K 64, 256 change records, root level 2. */
struct builder_options builder_defaults(void);

/* Makes `path` (by rename, state live, version 1 at ledger sequence 1). Aborts on error. */
struct builder *builder_open(const char *path, const struct builder_options *options);
void builder_close(struct builder *builder);

/* Into the open transaction: one leaf of a level; entry 0 takes away. */
void builder_put(struct builder *builder, uint64_t page, unsigned level, uint64_t frame, unsigned rights);
void builder_remove(struct builder *builder, uint64_t page, unsigned level);
/* For what goes with the next version. */
void builder_attach(struct builder *builder, uint64_t nonce, uint64_t incarnation, uint64_t floor);
void builder_partition_state(struct builder *builder, uint64_t state);
void builder_publish(struct builder *builder, uint64_t sequence);
/* Adds one page in place, at once. The path must exist. */
void builder_add_in_place(struct builder *builder, uint64_t page, uint64_t frame, unsigned rights, uint64_t sequence);
/* Only the sequence moves. */
void builder_advance(struct builder *builder, uint64_t sequence);
void builder_retire(struct builder *builder, uint64_t successor);

struct view_header *builder_header(struct builder *builder);
/* After the header was changed by hand. */
void builder_sign(struct view_header *header);
void *builder_memory(struct builder *builder);
size_t builder_size(struct builder *builder);

#endif
