/* A reader's own cache of hot translations. A line is good for the head that the cache has seen last. When the head moves, the change ring
 * says which pages to forget; if there were many changes, or the ring has moved on, all lines are forgotten by a new epoch.
 * In-place additions do not move the head and need no forgetting: only pages that are mapped are kept. */
#include "view.h"

#include <stdlib.h>
#include <string.h>

enum { EPOCHS = 1 << 14, CHANGES_AT_ONCE = 64, PAGES_AT_ONCE = 4096 };

int uv_cache_open(uv_cache *cache, const uv_view *view, uv_error *error)
{
	memset(cache, 0, sizeof *cache);
	cache->buckets = aligned_alloc(64, UV_CACHE_BUCKETS * sizeof *cache->buckets);
	if (!cache->buckets)
		return uv_fail(error, UV_FULL, "no memory for a cache");
	memset(cache->buckets, 0, UV_CACHE_BUCKETS * sizeof *cache->buckets);
	cache->view = view;
	cache->head_word = &view->header->head;
	cache->epoch = 1; /* a zeroed line is of epoch 0: never good */
	cache->head = ~0ull; /* no head looks like this: its level would be 7 */
	return UV_OK;
}

void uv_cache_close(uv_cache *cache)
{
	free(cache->buckets);
	memset(cache, 0, sizeof *cache);
}

static void forget_all(uv_cache *cache)
{
	if (++cache->epoch == EPOCHS) {
		memset(cache->buckets, 0, UV_CACHE_BUCKETS * sizeof *cache->buckets);
		cache->epoch = 1;
	}
}

/* The line that holds the page, or NULL. */
static uv_cache_line *find(uv_cache *cache, uint64_t page)
{
	uv_cache_line *bucket = cache->buckets[page & (UV_CACHE_BUCKETS - 1)];
	for (int way = 0; way < UV_CACHE_WAYS; way++)
		if (bucket[way].key == (page << 14 | cache->epoch))
			return &bucket[way];
	return NULL;
}

/* A line for the page: one that is good no more, or else each in its turn. */
static uv_cache_line *give_up(uv_cache *cache, uint64_t page)
{
	uv_cache_line *bucket = cache->buckets[page & (UV_CACHE_BUCKETS - 1)];
	for (int way = 0; way < UV_CACHE_WAYS; way++)
		if ((bucket[way].key & (EPOCHS - 1)) != cache->epoch)
			return &bucket[way];
	return &bucket[cache->victim++ % UV_CACHE_WAYS];
}

/* Forgets what the changes up to now touched. The ring's end is loaded after the head, so it covers that head. */
static void catch_up(uv_cache *cache)
{
	uv_change changes[CHANGES_AT_ONCE];
	int count = uv_changes(cache->view, &cache->cursor, changes, CHANGES_AT_ONCE);
	uint64_t pages = 0;
	for (int i = 0; i < count; i++)
		pages += changes[i].count < PAGES_AT_ONCE ? changes[i].count : PAGES_AT_ONCE;
	if (count < 0 || count == CHANGES_AT_ONCE || pages >= PAGES_AT_ONCE) {
		cache->cursor = atomic_load_explicit(&cache->view->header->changes, memory_order_acquire);
		forget_all(cache);
		return;
	}
	for (int i = 0; i < count; i++)
		for (uint64_t page = changes[i].guest; page < changes[i].guest + changes[i].count; page++) {
			uv_cache_line *line = find(cache, page);
			if (line)
				line->key = 0;
		}
}

uv_entry uv_cache_miss(uv_cache *cache, uint64_t guest_page)
{
	uint64_t head = view_head(cache->view);
	uv_entry entry;
	if (head != cache->head) {
		catch_up(cache);
		cache->head = head;
		const uv_cache_line *line = find(cache, guest_page);
		if (line)
			return line->entry;
	}
	entry = uv_translate(cache->view, guest_page);
	if (uv_entry_mapped(entry) && view_head(cache->view) == head && guest_page < VIEW_PAGE_LIMIT)
		*give_up(cache, guest_page) = (uv_cache_line){ .key = guest_page << 14 | cache->epoch, .entry = entry };
	return entry;
}
