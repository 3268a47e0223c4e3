#include "pages.h"

#include <string.h>

static uint64_t acquire(const _Atomic uint64_t *word)
{
	return atomic_load_explicit(word, memory_order_acquire);
}

bool pages_stable(const struct pages *pages)
{
	atomic_thread_fence(memory_order_acquire);
	return acquire(&pages->told->begun) == pages->done;
}

bool pages_listed(const struct pages *pages, uint64_t number, uint64_t *rights)
{
	for (uint64_t i = 0; i < pages->told->range_count && i < GUEST_RANGES; i++) {
		const struct guest_range *range = &pages->told->ranges[i];
		if (number - range->first < range->count) {
			if (rights)
				*rights = range->rights;
			return true;
		}
	}
	return false;
}

bool pages_revoked_since(const struct pages *pages, uint64_t number, uint64_t seen)
{
	uint64_t last = acquire(&pages->told->revoked);
	if (last - seen >= GUEST_REVOKED)
		return true;
	for (uint64_t n = seen + 1; n <= last; n++) {
		const struct guest_revoked *record = &pages->told->revocations[(n - 1) % GUEST_REVOKED];
		uint64_t first = acquire(&record->first), count = acquire(&record->count);
		if (acquire(&record->number) != n || number - first < count)
			return true;
	}
	return false;
}

/* Fills `pages` from the ranges; false if they changed meanwhile. */
static bool list(struct pages *pages)
{
	uint64_t revoked = acquire(&pages->told->revoked);
	pages->count = 0;
	for (uint64_t i = 0; i < pages->told->range_count && i < GUEST_RANGES; i++) {
		struct guest_range range = pages->told->ranges[i];
		for (uint64_t p = 0; p < range.count && pages->count < pages->most; p++)
			pages->pages[pages->count++] = (struct page){ .number = range.first + p, .rights = range.rights };
	}
	if (!pages_stable(pages))
		return false;
	pages->settled = revoked;
	return true;
}

static void note_gone(struct pages *pages, uint64_t number)
{
	if (pages->gone_count == PAGES_GONE) {
		memmove(pages->gone, pages->gone + 1, (PAGES_GONE - 1) * sizeof *pages->gone);
		pages->gone_count--;
	}
	pages->gone[pages->gone_count++] = number;
}

static bool was_gone(const struct pages *pages, uint64_t number)
{
	for (size_t i = 0; i < pages->gone_count; i++)
		if (pages->gone[i] == number)
			return true;
	return false;
}

/* Both lists rise: what is in both keeps what is known about it. */
static void carry_over(struct pages *pages, size_t count_before)
{
	size_t b = 0;
	for (size_t i = 0; i < pages->count; i++) {
		struct page *page = &pages->pages[i];
		while (b < count_before && pages->before[b].number < page->number)
			note_gone(pages, pages->before[b++].number);
		if (b < count_before && pages->before[b].number == page->number) {
			uint64_t rights = page->rights;
			*page = pages->before[b++];
			page->rights = rights;
			continue;
		}
		page->returned = was_gone(pages, page->number);
	}
	while (b < count_before)
		note_gone(pages, pages->before[b++].number);
}

void pages_refresh(struct pages *pages)
{
	uint64_t done = acquire(&pages->told->done), done_before = pages->done;
	size_t count_before = pages->count;
	if (done == pages->done || acquire(&pages->told->begun) != done)
		return;
	memcpy(pages->before, pages->pages, count_before * sizeof *pages->pages);
	pages->done = done;
	if (list(pages)) {
		carry_over(pages, count_before);
		return;
	}
	memcpy(pages->pages, pages->before, count_before * sizeof *pages->pages);
	pages->count = count_before;
	pages->done = done_before;
}
