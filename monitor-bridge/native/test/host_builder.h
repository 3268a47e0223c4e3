/* Writes host views as the Java side does, for tests: a second, smaller implementation of layout/host.md's writer. */
#ifndef HOST_BUILDER_H
#define HOST_BUILDER_H

#include "ultraview.h"

struct host_builder;

/* Makes `path` (by rename, state live, version 1, nothing in it, ledger sequence 1) of a generation, for host "h1". Aborts on error. */
struct host_builder *host_builder_open(const char *path, const char *replica, uint64_t generation);
void host_builder_close(struct host_builder *builder);

/* One version. */
void host_builder_publish(struct host_builder *builder, const uv_host_state *state);
void host_builder_retire(struct host_builder *builder);

#endif
