#include "runs.h"

#include <stdlib.h>
#include <string.h>

static uint64_t end_of(const uv_run *run)
{
	return run->guest + run->count;
}

/* The number of the first run that ends after `guest`. */
static size_t first_after(const struct runs *runs, uint64_t guest)
{
	size_t low = 0, high = runs->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (end_of(&runs->runs[middle]) <= guest)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const uv_run *runs_find(const struct runs *runs, uint64_t guest)
{
	size_t i = first_after(runs, guest);
	return i < runs->count && runs->runs[i].guest <= guest ? &runs->runs[i] : NULL;
}

void runs_free(struct runs *runs)
{
	free(runs->runs);
	memset(runs, 0, sizeof *runs);
}

static int make_room(struct runs *runs, size_t more)
{
	size_t capacity = runs->capacity ? runs->capacity : 64;
	uv_run *grown;
	while (capacity < runs->count + more)
		capacity *= 2;
	if (capacity == runs->capacity)
		return 0;
	grown = realloc(runs->runs, capacity * sizeof *grown);
	if (!grown)
		return -1;
	runs->runs = grown;
	runs->capacity = capacity;
	return 0;
}

/* The part of `run` in [first, end). */
static uv_run part(const uv_run *run, uint64_t first, uint64_t end)
{
	uint64_t from = run->guest > first ? run->guest : first, to = end_of(run) < end ? end_of(run) : end;
	return (uv_run){ .guest = from, .frame = run->frame + (from - run->guest), .count = to - from, .rights = run->rights };
}

static bool same_leads(const uv_run *a, const uv_run *b)
{
	return a->rights == b->rights && a->frame - a->guest == b->frame - b->guest;
}

static bool joins(const uv_run *a, const uv_run *b)
{
	return end_of(a) == b->guest && same_leads(a, b);
}

/* The part of `run` below `end` that is not done yet. Returns whether there was one. */
static bool map_up_to(const uv_run *run, uint64_t *next, uint64_t end, const struct runs_sink *sink)
{
	uv_run fresh = part(run, *next, end);
	if (*next >= end)
		return false;
	sink->map(sink->context, &fresh);
	return true;
}

/* Two passes over the old runs within the new one: what is lost, then what is to be done. Returns whether anything differs. */
static bool call(const struct runs *runs, size_t from, const uv_run *run, const struct runs_sink *sink)
{
	uint64_t next = run->guest; /* all below is as it should be */
	bool differs = false;
	for (size_t i = from; i < runs->count && runs->runs[i].guest < end_of(run); i++) {
		uv_run old = part(&runs->runs[i], run->guest, end_of(run));
		if (!same_leads(&old, run))
			sink->take(sink->context, old.guest, old.count);
	}
	for (size_t i = from; i < runs->count && runs->runs[i].guest < end_of(run); i++) {
		uv_run old = part(&runs->runs[i], run->guest, end_of(run));
		if (run->rights == 0) {
			sink->unmap(sink->context, old.guest, old.count);
			differs = true;
		} else if (same_leads(&old, run)) {
			differs |= map_up_to(run, &next, old.guest, sink);
			next = end_of(&old);
		}
	}
	if (run->rights != 0)
		differs |= map_up_to(run, &next, end_of(run), sink);
	return differs;
}

/* Joins neighbours that can be one; returns how many are left. */
static size_t join_all(uv_run *run, size_t count)
{
	size_t last = 0;
	for (size_t i = 1; i < count; i++) {
		if (joins(&run[last], &run[i]))
			run[last].count += run[i].count;
		else
			run[++last] = run[i];
	}
	return count ? last + 1 : 0;
}

/* Replaces the runs from number `from` that overlap or touch `run` by what they keep outside of it, and by `run`. */
static void splice(struct runs *runs, size_t from, const uv_run *run)
{
	uv_run fresh[5];
	size_t to = from, count = 0;
	for (; to < runs->count && runs->runs[to].guest < end_of(run); to++)
		runs->pages -= part(&runs->runs[to], run->guest, end_of(run)).count;
	bool overlaps = to > from;
	uv_run first = overlaps ? runs->runs[from] : *run, last = overlaps ? runs->runs[to - 1] : *run;
	if (from > 0)
		fresh[count++] = runs->runs[--from];
	if (first.guest < run->guest)
		fresh[count++] = part(&first, 0, run->guest);
	if (run->rights != 0) {
		fresh[count++] = *run;
		runs->pages += run->count;
	}
	if (end_of(&last) > end_of(run))
		fresh[count++] = part(&last, end_of(run), UINT64_MAX);
	if (to < runs->count)
		fresh[count++] = runs->runs[to++];
	count = join_all(fresh, count);
	memmove(runs->runs + from + count, runs->runs + to, (runs->count - to) * sizeof *runs->runs);
	memcpy(runs->runs + from, fresh, count * sizeof *fresh);
	runs->count = runs->count - (to - from) + count;
}

int runs_put(struct runs *runs, const uv_run *run, const struct runs_sink *sink)
{
	size_t from = first_after(runs, run->guest);
	if (run->count == 0)
		return 0;
	if (make_room(runs, 3) != 0)
		return -1;
	if (call(runs, from, run, sink))
		splice(runs, from, run);
	return 0;
}

int runs_become(struct runs *runs, const uv_run *target, size_t count, const struct runs_sink *sink)
{
	uint64_t next = 0;
	/* What goes for good goes first: it makes room in the kernel's tables. */
	for (size_t i = 0; i <= count; i++) {
		uint64_t end = i < count ? target[i].guest : UINT64_MAX;
		uv_run gap = { .guest = next, .count = end - next };
		if (runs_put(runs, &gap, sink) != 0)
			return -1;
		if (i < count)
			next = end_of(&target[i]);
	}
	for (size_t i = 0; i < count; i++)
		if (runs_put(runs, &target[i], sink) != 0)
			return -1;
	return 0;
}
