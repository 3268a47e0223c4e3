/* What a translation costs, beside what one array access over as many pages costs. */
#include "uvbench.h"

#include "../test/view_builder.h"
#include "samples.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { CHUNK = 20000, HOT_PAGES = 2048, BATCH = 1000 };

struct bench {
	const char *directory;
	uint64_t pages;	  /* a power of two */
	unsigned chunks;
	uint64_t *random; /* CHUNK random pages, the same for everybody */
	uint64_t *array;  /* page -> entry, in the same kind of memory as the view */
	uint64_t state;
};

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void draw(struct bench *bench, uint64_t mask)
{
	for (int i = 0; i < CHUNK; i++)
		bench->random[i] = next_random(&bench->state) & mask;
}

/* The next page waits for the result before it, without being chosen by it: a chain of pages chosen by results would soon run in a circle of a few
 * thousand pages and measure the caches. A leaf's two lowest bits are always set, which the compiler does not know. */
static inline uint64_t depend(uint64_t page, uint64_t result)
{
	return page ^ (result & 3) ^ 3;
}

static volatile uint64_t sink; /* keeps results from being optimised away */

static double array_independent(struct bench *bench)
{
	uint64_t sum = 0, from;
	draw(bench, bench->pages - 1);
	from = cpu_now();
	for (int i = 0; i < CHUNK; i++)
		sum += bench->array[bench->random[i]];
	sink = sum;
	return (double)(cpu_now() - from) / CHUNK;
}

static double array_dependent(struct bench *bench)
{
	uint64_t entry = 3, from;
	draw(bench, bench->pages - 1);
	from = cpu_now();
	for (int i = 0; i < CHUNK; i++)
		entry = bench->array[depend(bench->random[i], entry)];
	sink = entry;
	return (double)(cpu_now() - from) / CHUNK;
}

static double view_independent(struct bench *bench, const uv_view *view)
{
	uint64_t sum = 0, from;
	draw(bench, bench->pages - 1);
	from = cpu_now();
	for (int i = 0; i < CHUNK; i++)
		sum += uv_translate(view, bench->random[i]);
	sink = sum;
	return (double)(cpu_now() - from) / CHUNK;
}

static double view_dependent(struct bench *bench, const uv_view *view)
{
	uint64_t entry = 3, from;
	draw(bench, bench->pages - 1);
	from = cpu_now();
	for (int i = 0; i < CHUNK; i++)
		entry = uv_translate(view, depend(bench->random[i], entry));
	sink = entry;
	return (double)(cpu_now() - from) / CHUNK;
}

static double view_batch(struct bench *bench, const uv_view *view)
{
	static uv_entry entries[BATCH];
	uint64_t sum = 0, from;
	draw(bench, bench->pages - 1);
	from = cpu_now();
	for (int i = 0; i < CHUNK; i += BATCH) {
		uv_translate_batch(view, bench->random + i, entries, BATCH);
		sum += entries[0];
	}
	sink = sum;
	return (double)(cpu_now() - from) / CHUNK;
}

/* Picks of the hot pages, which are scattered at random over the guest. */
static void draw_hot(struct bench *bench, const uint64_t *hot)
{
	draw(bench, HOT_PAGES - 1);
	for (int i = 0; i < CHUNK; i++)
		bench->random[i] = hot[bench->random[i]];
}

static double view_hot(struct bench *bench, uv_cache *cache, const uint64_t *hot)
{
	uint64_t sum = 0, from;
	draw_hot(bench, hot);
	from = cpu_now();
	for (int i = 0; i < CHUNK; i++)
		sum += uv_cache_translate(cache, bench->random[i]);
	sink = sum;
	return (double)(cpu_now() - from) / CHUNK;
}

/* ---- making the views */

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "uvbench: %s: %s\n", what, why);
	exit(1);
}

static uv_view *open_view(struct bench *bench, unsigned leaf_level, char path[UV_PATH_SIZE])
{
	struct builder_options options = builder_defaults();
	uv_view *view;
	uv_error error;
	uint64_t leaves = bench->pages >> 10 * leaf_level;
	options.root_level = bench->pages > 1 << 20 ? 2 : 1;
	options.node_capacity = 64 + (leaf_level == 0 ? leaves / 1024 : 0) + bench->pages / (1 << 20);
	options.reuse_distance = 256;
	snprintf(path, UV_PATH_SIZE, "%.2000s/uvbench-%ld-%u.view", bench->directory, (long)getpid(), leaf_level);
	struct builder *builder = builder_open(path, &options);
	for (uint64_t leaf = 0; leaf < leaves; leaf++)
		builder_put(builder, leaf << 10 * leaf_level, leaf_level, (leaves - 1 - leaf) << 10 * leaf_level, UV_READ | UV_WRITE);
	builder_publish(builder, 2);
	if (uv_view_open(path, NULL, &view, &error) != UV_OK)
		fail("cannot open its own view", error.text);
	unlink(path);
	builder_close(builder);
	return view;
}

static uint64_t *make_array(struct bench *bench)
{
	char path[UV_PATH_SIZE];
	size_t size = bench->pages * sizeof(uint64_t);
	snprintf(path, sizeof path, "%.2000s/uvbench-%ld.array", bench->directory, (long)getpid());
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || unlink(path) != 0 || ftruncate(fd, (off_t)size) != 0)
		fail(path, "cannot be made");
	uint64_t *array = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (array == MAP_FAILED)
		fail(path, "cannot be mapped");
	for (uint64_t page = 0; page < bench->pages; page++)
		array[page] = (bench->pages - 1 - page) << 12 | 3 << 2 | 3;
	return array;
}

static double measure(struct bench *bench, double (*once)(struct bench *, const uv_view *), const uv_view *view)
{
	struct samples samples = { 0 };
	once(bench, view); /* warm */
	for (unsigned i = 0; i < bench->chunks; i++)
		samples_add(&samples, once(bench, view));
	double median = samples_quantile(&samples, 0.5);
	samples_free(&samples);
	return median;
}

static double array_independent_of(struct bench *bench, const uv_view *view)
{
	(void)view;
	return array_independent(bench);
}

static double array_dependent_of(struct bench *bench, const uv_view *view)
{
	(void)view;
	return array_dependent(bench);
}

static double measure_hot(struct bench *bench, const uv_view *view)
{
	struct samples samples = { 0 };
	uint64_t hot[HOT_PAGES];
	uv_cache cache;
	uv_error error;
	if (uv_cache_open(&cache, view, &error) != UV_OK)
		fail("cache", error.text);
	for (int i = 0; i < HOT_PAGES; i++)
		hot[i] = next_random(&bench->state) & (bench->pages - 1);
	for (int i = 0; i < 4; i++)
		view_hot(bench, &cache, hot);
	for (unsigned i = 0; i < bench->chunks; i++)
		samples_add(&samples, view_hot(bench, &cache, hot));
	double median = samples_quantile(&samples, 0.5);
	samples_free(&samples);
	uv_cache_close(&cache);
	return median;
}

int bench_translate(const char *directory, uint64_t gib, unsigned chunks)
{
	struct bench bench = { .directory = directory, .pages = gib << 18, .chunks = chunks, .state = 88172645463325252u };
	char path[UV_PATH_SIZE];
	bench.random = calloc(CHUNK, sizeof *bench.random);
	if (!bench.random)
		fail("random numbers", "no memory");
	bench.array = make_array(&bench);
	uv_view *small = open_view(&bench, 0, path), *large = open_view(&bench, 1, path);
	/* In turns, so that a change of the machine's load meets all of them. */
	struct samples ad = { 0 }, ai = { 0 }, td = { 0 }, ti = { 0 }, tb = { 0 }, ld = { 0 }, li = { 0 }, hot = { 0 };
	for (unsigned round = 0, rounds = 5; round < rounds; round++) {
		bench.chunks = (chunks + rounds - 1) / rounds;
		samples_add(&ad, measure(&bench, array_dependent_of, NULL));
		samples_add(&td, measure(&bench, view_dependent, small));
		samples_add(&ai, measure(&bench, array_independent_of, NULL));
		samples_add(&ti, measure(&bench, view_independent, small));
		samples_add(&tb, measure(&bench, view_batch, small));
		samples_add(&ld, measure(&bench, view_dependent, large));
		samples_add(&li, measure(&bench, view_independent, large));
		samples_add(&hot, measure_hot(&bench, small));
	}
	printf("{\"case\":\"J\",\"gib\":%llu,\"chunks\":%u,\"array_ns_dependent\":%.1f,\"translate_ns_dependent\":%.1f,\"array_ns_independent\":%.1f,"
	       "\"translate_ns_independent\":%.1f,\"translate_ns_batch\":%.1f,\"translate_4m_ns_dependent\":%.1f,\"translate_4m_ns_independent\":%.1f,"
	       "\"translate_ns_hot\":%.2f}\n",
	       (unsigned long long)gib, chunks, samples_quantile(&ad, 0.5), samples_quantile(&td, 0.5), samples_quantile(&ai, 0.5), samples_quantile(&ti, 0.5),
	       samples_quantile(&tb, 0.5), samples_quantile(&ld, 0.5), samples_quantile(&li, 0.5), samples_quantile(&hot, 0.5));
	uv_view_close(small);
	uv_view_close(large);
	munmap(bench.array, bench.pages * sizeof(uint64_t));
	free(bench.random);
	return 0;
}
