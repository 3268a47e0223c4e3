/* One guest's work: write, check, and try what must not be possible. */
#ifndef ULTRAGUEST_WORK_H
#define ULTRAGUEST_WORK_H

#include "pages.h"
#include "runtime.h"

struct work {
	struct ug guest;
	struct pages pages;
	uint64_t seed, random;
	bool lenient; /* whatever a page holds at first is fine: for memory that is shared, lent or donated */
	size_t next, next_gone;
	uint64_t gone_done;
};

void work_start(struct work *work, const struct ug *guest, uint64_t seed, size_t most_pages, bool lenient);

/* Looks at `count` pages in turn. */
void work_step(struct work *work, size_t count);

/* One access that must be stopped. */
void work_probe(struct work *work);

#endif
