/* Runs against a page-by-page model: every call must lead to the same map, and the sink's calls must lead there too. */
#include "check.h"
#include "../monitor/runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGES = 96, FRAMES = 160 };

struct model {
	uint64_t wanted[PAGES], real[PAGES]; /* frame << 3 | rights, 0: nowhere */
	bool taken[PAGES];
	uint64_t maps;
};

static uint64_t state;

static uint64_t random_below(uint64_t most)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % most;
}

static void take(void *context, uint64_t guest, uint64_t count)
{
	struct model *model = context;
	for (uint64_t i = 0; i < count; i++)
		model->taken[guest + i] = true;
}

static void unmap(void *context, uint64_t guest, uint64_t count)
{
	struct model *model = context;
	for (uint64_t i = 0; i < count; i++) {
		CHECK(model->taken[guest + i], "page %d was unmapped without being taken", (int)(guest + i));
		model->real[guest + i] = 0;
	}
}

static void map(void *context, const uv_run *run)
{
	struct model *model = context;
	for (uint64_t i = 0; i < run->count; i++) {
		CHECK(model->real[run->guest + i] == 0 || model->taken[run->guest + i], "page %d was replaced without being taken", (int)(run->guest + i));
		model->real[run->guest + i] = (run->frame + i) << 3 | run->rights;
	}
	model->maps++;
}

static uint64_t wanted(const struct runs *runs, uint64_t page)
{
	const uv_run *run = runs_find(runs, page);
	return run ? (run->frame + (page - run->guest)) << 3 | run->rights : 0;
}

/* The list says what the model says, so do the sink's calls; it is in its shortest form; nothing was taken that is as before. */
static bool agrees(const struct runs *runs, const struct model *model, const uint64_t *before)
{
	uint64_t pages = 0;
	bool good = true;
	for (uint64_t p = 0; p < PAGES; p++) {
		good &= CHECK(wanted(runs, p) == model->wanted[p], "page %d of the list", (int)p);
		good &= CHECK(model->real[p] == model->wanted[p], "page %d of what was mapped", (int)p);
		good &= CHECK(model->taken[p] == (before[p] != 0 && before[p] != model->wanted[p]), "page %d was %staken", (int)p, model->taken[p] ? "" : "not ");
		pages += model->wanted[p] != 0;
	}
	good &= CHECK(runs->pages == pages, "%d pages, %d expected", (int)runs->pages, (int)pages);
	for (size_t i = 1; i < runs->count; i++) {
		const uv_run *a = &runs->runs[i - 1], *b = &runs->runs[i];
		good &= CHECK(a->guest + a->count <= b->guest, "runs overlap");
		good &= CHECK(a->guest + a->count != b->guest || a->frame + a->count != b->frame || a->rights != b->rights, "two runs could be one");
	}
	return good;
}

static uv_run random_run(void)
{
	uint64_t guest = random_below(PAGES), count = 1 + random_below(random_below(4) == 0 ? PAGES - guest : 3);
	if (count > PAGES - guest)
		count = PAGES - guest;
	/* Often the frame that makes neighbours join. */
	return (uv_run){ .guest = guest, .count = count, .frame = random_below(2) ? guest + 8 : random_below(FRAMES), .rights = (unsigned)random_below(3) * 2 + (random_below(4) != 0) };
}

static void into(struct model *model, const uv_run *run)
{
	for (uint64_t i = 0; i < run->count; i++)
		model->wanted[run->guest + i] = run->rights ? (run->frame + i) << 3 | run->rights : 0;
}

/* The model as a snapshot would give it. */
static size_t snapshot(const uint64_t *pages, uv_run *runs)
{
	size_t count = 0;
	for (uint64_t p = 0; p < PAGES; p++) {
		uv_run *last = count ? &runs[count - 1] : NULL;
		if (pages[p] == 0)
			continue;
		if (last && last->guest + last->count == p && last->frame + last->count == pages[p] >> 3 && last->rights == (pages[p] & 7))
			last->count++;
		else
			runs[count++] = (uv_run){ .guest = p, .frame = pages[p] >> 3, .count = 1, .rights = (unsigned)(pages[p] & 7) };
	}
	return count;
}

static void random_changes(uint64_t seed)
{
	struct runs runs = { 0 };
	struct model model = { 0 };
	const struct runs_sink sink = { .context = &model, .take = take, .unmap = unmap, .map = map };
	uint64_t before[PAGES];
	check_case("random changes");
	state = seed;
	for (int step = 0; step < 20000; step++) {
		memcpy(before, model.wanted, sizeof before);
		memset(model.taken, 0, sizeof model.taken);
		if (random_below(50) == 0) {
			uv_run target[PAGES];
			for (int i = 0; i < 10; i++) {
				uv_run run = random_run();
				into(&model, &run);
			}
			CHECK(runs_become(&runs, target, snapshot(model.wanted, target), &sink) == 0, "no memory");
		} else {
			uv_run run = random_run();
			into(&model, &run);
			CHECK(runs_put(&runs, &run, &sink) == 0, "no memory");
		}
		if (!agrees(&runs, &model, before)) {
			fprintf(stderr, "seed %llu, step %d\n", (unsigned long long)seed, step);
			break;
		}
	}
	runs_free(&runs);
}

static void the_same_again_calls_nothing(void)
{
	struct runs runs = { 0 };
	struct model model = { 0 };
	const struct runs_sink sink = { .context = &model, .take = take, .unmap = unmap, .map = map };
	const uv_run target[] = { { .guest = 2, .frame = 7, .count = 5, .rights = 3 }, { .guest = 40, .frame = 1, .count = 1, .rights = 1 } };
	check_case("the same again calls nothing");
	CHECK(runs_become(&runs, target, 2, &sink) == 0 && model.maps == 2, "two maps");
	CHECK(runs_become(&runs, target, 2, &sink) == 0 && model.maps == 2, "no more");
	CHECK(runs_put(&runs, &target[0], &sink) == 0 && model.maps == 2, "no more");
	runs_free(&runs);
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : uv_now();
	printf("seed %llu; to repeat it: mon_runs_test %llu\n", (unsigned long long)seed, (unsigned long long)seed);
	the_same_again_calls_nothing();
	random_changes(seed | 1);
	return check_report();
}
