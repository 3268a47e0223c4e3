/* What is mapped now, as maximal runs, and how to get from there to what should be.
 *
 * Always: runs rise, do not overlap, and no two neighbours could be one (next page, next frame, same rights).
 */
#ifndef ULTRAMONITOR_RUNS_H
#define ULTRAMONITOR_RUNS_H

#include "ultraview.h"

struct runs {
	uv_run *runs;
	size_t count, capacity;
	uint64_t pages;
};

/* Who changes the page tables. For each change: first `take` for every page that leads elsewhere or nowhere afterwards, then `unmap` and `map`; what is mapped
 * may lie over what was there. */
struct runs_sink {
	void *context;
	void (*take)(void *context, uint64_t guest, uint64_t count);
	void (*unmap)(void *context, uint64_t guest, uint64_t count);
	void (*map)(void *context, const uv_run *run);
};

void runs_free(struct runs *runs);

/* Makes the run's pages lead to its frames with its rights; rights 0: nowhere. Calls the sink for what differs. 0, or -1 without memory (then nothing was
 * changed or called). */
int runs_put(struct runs *runs, const uv_run *run, const struct runs_sink *sink);

/* Makes everything equal to `target`, which has the form of an uv_snapshot. 0, or -1 without memory (then only part of it was done). */
int runs_become(struct runs *runs, const uv_run *target, size_t count, const struct runs_sink *sink);

/* The run that holds the page, or NULL. */
const uv_run *runs_find(const struct runs *runs, uint64_t guest);

#endif
