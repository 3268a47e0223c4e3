/* A page's life as its guest sees it. "Stable" means that the monitor is between two changes, so what the list says must be true.
 *
 *   found                                                counted
 *   first look: zero, or our own pattern from before     nothing; then it is written
 *   first look: anything else                            bad, foreign: somebody else's data
 *   first look after it was taken away: not zero         bad, foreign: not scrubbed
 *   what was written last                                good
 *   else, and it was taken away meanwhile                nothing; it is looked at as a new one
 *   else                                                 bad, lost
 *   a listed page faults while stable                    bad, refused: less than the view gives
 *   a page that is not listed does not fault, stable     bad, open: more than the view gives
 */
#include "work.h"

#include "pattern.h"

#include <string.h>

enum { READ = 1, WRITE = 2 };

struct touch {
	volatile uint64_t *page;
	uint64_t words[PATTERN_WORDS];
	uint64_t seed, number;
	uint16_t writing;
};

static void read_page(void *context)
{
	struct touch *touch = context;
	for (int i = 0; i < PATTERN_WORDS; i++)
		touch->words[i] = touch->page[i];
}

static void write_page(void *context)
{
	struct touch *touch = context;
	pattern_write(touch->page, touch->seed, touch->number, touch->writing);
}

static void read_word(void *context)
{
	(void)*(volatile uint64_t *)context;
}

/* Needs the right to write and changes nothing, should the right have come meanwhile. */
static void write_word(void *context)
{
	atomic_fetch_or((_Atomic uint64_t *)context, 0);
}

static void count(_Atomic uint64_t *counter)
{
	atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

static void bad(struct work *work, _Atomic uint64_t *kind)
{
	count(kind);
	count(&work->guest.said->checks_bad);
}

static uint64_t bus_errors(const struct work *work)
{
	return atomic_load_explicit(&work->guest.said->bus_errors, memory_order_relaxed);
}

/* A listed page could not be used. */
static void refused(struct work *work, uint64_t bus_errors_before)
{
	if (bus_errors(work) == bus_errors_before && pages_stable(&work->pages))
		bad(work, &work->guest.said->refused_pages);
}

static void rewrite(struct work *work, struct page *page, struct touch *touch)
{
	uint64_t before = bus_errors(work);
	uint16_t writing = (uint16_t)(page->writing + 1);
	if (!(page->rights & WRITE))
		return;
	touch->writing = writing ? writing : 1;
	page->revoked_seen = work->pages.settled;
	page->writing = 0; /* unknown if the writing is cut short */
	page->returned = false;
	if (ug_try(write_page, touch))
		page->writing = touch->writing;
	else
		refused(work, before);
}

static void first_look(struct work *work, struct page *page, struct touch *touch)
{
	enum pattern_found found = pattern_look(touch->words, work->seed, page->number);
	if (!work->lenient && (found == PATTERN_FOREIGN || (found == PATTERN_OWN && page->returned)))
		bad(work, &work->guest.said->foreign_pages);
	rewrite(work, page, touch);
}

static void check(struct work *work, struct page *page)
{
	struct touch touch = { .page = ug_page(&work->guest, page->number), .seed = work->seed, .number = page->number };
	uint64_t before = bus_errors(work);
	if (!(page->rights & READ))
		return;
	if (!ug_try(read_page, &touch)) {
		refused(work, before);
		return;
	}
	if (page->writing == 0) {
		first_look(work, page, &touch);
	} else if (pattern_is(touch.words, work->seed, page->number, page->writing)) {
		count(&work->guest.said->checks_good);
		if ((work->random >> 40) % 8 == 0)
			rewrite(work, page, &touch);
	} else if (pages_revoked_since(&work->pages, page->number, page->revoked_seen)) {
		page->writing = 0; /* another page by now; it is looked at next time, when the list is up to date */
	} else {
		bad(work, &work->guest.said->lost_pages);
		page->writing = 0;
	}
}

static uint64_t next_random(struct work *work)
{
	work->random ^= work->random << 13;
	work->random ^= work->random >> 7;
	work->random ^= work->random << 17;
	return work->random;
}

void work_start(struct work *work, const struct ug *guest, uint64_t seed, size_t most_pages, bool lenient)
{
	memset(work, 0, sizeof *work);
	work->guest = *guest;
	work->seed = pattern_seed(guest->told->partition, seed);
	work->random = work->seed | 1;
	work->lenient = lenient;
	work->pages.told = guest->told;
	work->pages.most = most_pages < PAGES_MOST ? most_pages : PAGES_MOST;
	work->pages.done = UINT64_MAX;
}

void work_step(struct work *work, size_t count)
{
	pages_refresh(&work->pages);
	atomic_store_explicit(&work->guest.said->pages_used, work->pages.count, memory_order_relaxed);
	for (size_t i = 0; i < count && i < work->pages.count; i++) {
		next_random(work);
		work->next = work->next + 1 < work->pages.count ? work->next + 1 : 0;
		check(work, &work->pages.pages[work->next]);
	}
}

/* A page that was ours, or any page of the window. */
static uint64_t pick(struct work *work)
{
	uint64_t window = work->guest.told->span / 4096, random = next_random(work);
	if (work->pages.gone_count > 0 && random % 4 != 0)
		return work->pages.gone[work->next_gone++ % work->pages.gone_count];
	if (work->pages.count > 0 && random % 4 == 0)
		return (work->pages.pages[random / 4 % work->pages.count].number + 1 + random / 4096 % 64) % window;
	return random / 4 % window;
}

void work_probe(struct work *work)
{
	uint64_t number = pick(work), rights = 0;
	bool listed = pages_listed(&work->pages, number, &rights), complete = work->guest.told->range_count == work->guest.told->range_total;
	void *word = ug_page(&work->guest, number);
	bool reached;
	if (!pages_stable(&work->pages) || !complete || (listed && (rights & WRITE)))
		return;
	/* Reading what we may not is what is stopped; where we may read, writing is. */
	reached = ug_try(listed && (rights & READ) ? write_word : read_word, word);
	if (reached && pages_stable(&work->pages))
		bad(work, &work->guest.said->open_pages);
}
