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
	cache->lines = calloc(UV_CACHE_LINES, sizeof *cache->lines);
	if (!cache->lines)
		return uv_fail(error, UV_FULL, "no memory for a cache");
	cache->view = view;
	cache->head_word = &view->header->head;
	cache->epoch = 1; /* a zeroed line is of epoch 0: never good */
	cache->head = ~0ull; /* no head looks like this: its level would be 7 */
	return UV_OK;
}

void uv_cache_close(uv_cache *cache)
{
	free(cache->lines);
	memset(cache, 0, sizeof *cache);
}

static void forget_all(uv_cache *cache)
{
	if (++cache->epoch == EPOCHS) {
		memset(cache->lines, 0, UV_CACHE_LINES * sizeof *cache->lines);
		cache->epoch = 1;
	}
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
			uv_cache_line *line = &cache->lines[page & (UV_CACHE_LINES - 1)];
			if (line->key >> 14 == page)
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
		uv_cache_line *line = &cache->lines[guest_page & (UV_CACHE_LINES - 1)];
		if (line->key == (guest_page << 14 | cache->epoch))
			return line->entry;
	}
	entry = uv_translate(cache->view, guest_page);
	if (uv_entry_mapped(entry) && view_head(cache->view) == head && guest_page < VIEW_PAGE_LIMIT)
		cache->lines[guest_page & (UV_CACHE_LINES - 1)] = (uv_cache_line){ .key = guest_page << 14 | cache->epoch, .entry = entry };
	return entry;
}
