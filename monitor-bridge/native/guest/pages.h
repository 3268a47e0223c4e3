/* The pages that a guest works on: the first ones of what it was told, and what it knows about each. */
#ifndef ULTRAGUEST_PAGES_H
#define ULTRAGUEST_PAGES_H

#include "channel.h"

#include <stdbool.h>
#include <stddef.h>

enum { PAGES_MOST = 16384, PAGES_GONE = 64 };

struct page {
	uint64_t number, rights;
	uint64_t revoked_seen; /* pages.settled when it was last written */
	uint16_t writing;      /* 0: not written by this process */
	bool returned;	       /* it was ours before, was taken away and came back: must be zero again */
};

struct pages {
	const struct guest_told *told;
	size_t most, count;
	uint64_t done;	  /* of the channel, at the last refresh */
	uint64_t settled; /* the last revocation that was over then; later ones may still be under way when they are announced */
	struct page pages[PAGES_MOST], before[PAGES_MOST];
	uint64_t gone[PAGES_GONE]; /* pages that were taken away, oldest first */
	size_t gone_count;
};

/* Takes over the list if it has changed and is not changing now. */
void pages_refresh(struct pages *pages);

/* The list has not changed since the refresh, and is not about to: what it says is what must be true. */
bool pages_stable(const struct pages *pages);

/* Whether the page is in one of the listed ranges; `rights` may be NULL. */
bool pages_listed(const struct pages *pages, uint64_t number, uint64_t *rights);

/* Whether it was taken away after revocation number `seen`; true also if that is too long ago to know. */
bool pages_revoked_since(const struct pages *pages, uint64_t number, uint64_t seen);

#endif
