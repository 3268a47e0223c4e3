/* No reader ever sees half of a transaction, whatever the writer does and whenever it dies; and the test could see it if one did:
 * without the reader's check of the distance, torn maps are found. */
#include "check.h"
#include "view_builder.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STAMPS = 16, LEAF_NODES = 8, FILLERS = 2000 };

static char path[UV_PATH_SIZE];
static _Atomic bool stop;

static const char *fresh_path(void)
{
	static int number;
	snprintf(path, sizeof path, "%s/tearing-%d.view", check_directory(), number++);
	return path;
}

/* Two pages in each of the leaf nodes. */
static uint64_t stamped_page(int i) { return (uint64_t)(i % LEAF_NODES) * 1024 + (i < LEAF_NODES ? 3 : 1000); }

/* Each transaction gives all stamped pages the same new frame. */
static void stamp(struct builder *b, uint64_t value)
{
	for (int i = 0; i < STAMPS; i++)
		builder_put(b, stamped_page(i), 0, value, UV_READ);
	builder_publish(b, value);
}

static struct builder *open_stamped(uint64_t reuse_distance)
{
	struct builder_options options = builder_defaults();
	options.root_level = 1;
	options.reuse_distance = reuse_distance;
	options.node_capacity = 9 * (reuse_distance + 3) + 64;
	struct builder *b = builder_open(fresh_path(), &options);
	stamp(b, 2);
	return b;
}

static void *write_flat_out(void *argument)
{
	for (uint64_t value = 3; !atomic_load(&stop); value++)
		stamp(argument, value);
	return NULL;
}

struct observed {
	uint64_t snapshots, torn, backwards;
};

/* Collects the stamps at one version again and again. With fillers between the first and the second half a walk takes long. */
static struct observed observe(const uv_view *view, bool slowly, uint64_t duration, bool until_torn)
{
	static uint64_t pages[STAMPS + FILLERS];
	static uv_entry entries[STAMPS + FILLERS];
	struct observed seen = { 0 };
	uint64_t last = 0, end = uv_now() + duration;
	int count = STAMPS, fillers = slowly ? FILLERS : 0;
	for (int i = 0; i < STAMPS; i++)
		pages[i < STAMPS / 2 ? i : i + fillers] = stamped_page(i);
	for (int i = 0; i < fillers; i++)
		pages[STAMPS / 2 + i] = (uint64_t)i * 4 % (LEAF_NODES * 1024);
	while (uv_now() < end && !(until_torn && seen.torn > 0)) {
		uv_translate_batch(view, pages, entries, (size_t)(count + fillers));
		uint64_t first = uv_entry_frame(entries[0]);
		bool whole = true;
		for (int i = 0; i < STAMPS; i++)
			whole = whole && uv_entry_frame(entries[i < STAMPS / 2 ? i : i + fillers]) == first;
		seen.snapshots++;
		seen.torn += !whole;
		seen.backwards += whole && first < last;
		last = first;
	}
	return seen;
}

static struct observed race(uint64_t reuse_distance, bool checked, uint64_t duration)
{
	struct builder *b = open_stamped(reuse_distance);
	uv_view *view;
	uv_error error;
	pthread_t writer;
	struct observed seen = { 0 };
	if (!CHECK(uv_view_open(path, NULL, &view, &error) == UV_OK, "%s", error.text))
		return seen;
	if (!checked)
		view->reuse_distance = ~0ull; /* the planted fault: no distance is too far */
	atomic_store(&stop, false);
	pthread_create(&writer, NULL, write_flat_out, b);
	seen = observe(view, !checked, duration, !checked);
	atomic_store(&stop, true);
	pthread_join(writer, NULL);
	uv_view_close(view);
	builder_close(b);
	return seen;
}

static void no_torn_map_under_a_flat_out_writer(void)
{
	const uint64_t distances[] = { 2, 16, 256 };
	check_case("no torn map under a flat-out writer");
	for (size_t i = 0; i < sizeof distances / sizeof *distances; i++) {
		struct observed seen = race(distances[i], true, 400000000);
		printf("K %3llu: %llu snapshots\n", (unsigned long long)distances[i], (unsigned long long)seen.snapshots);
		CHECK(seen.snapshots > 0, "nothing was seen with K %llu", (unsigned long long)distances[i]);
		CHECK(seen.torn == 0 && seen.backwards == 0, "%llu torn, %llu backwards of %llu with K %llu", (unsigned long long)seen.torn,
		      (unsigned long long)seen.backwards, (unsigned long long)seen.snapshots, (unsigned long long)distances[i]);
	}
}

static void without_the_check_torn_maps_are_found(void)
{
	check_case("without the check torn maps are found");
	struct observed seen = race(2, false, 20000000000);
	printf("check removed, K 2: torn after %llu snapshots\n", (unsigned long long)seen.snapshots);
	CHECK(seen.torn > 0, "%llu snapshots without the check and none torn: this test would miss a torn map", (unsigned long long)seen.snapshots);
}

static void a_killed_writer_leaves_a_whole_version(void)
{
	check_case("a killed writer leaves a whole version");
	for (int kills = 0; kills < 10; kills++) {
		struct builder *b = open_stamped(16);
		uv_view *view;
		uv_error error;
		uv_snapshot snapshot;
		pid_t writer = fork();
		if (writer == 0) {
			atomic_store(&stop, false);
			write_flat_out(b);
		}
		uint64_t from = atomic_load(&builder_header(b)->head);
		uint64_t patience = uv_now() + 5000000000;
		while (view_head_version(atomic_load(&builder_header(b)->head)) < view_head_version(from) + 50 && uv_now() < patience)
			;
		for (volatile int delay = (int)(uv_now() % 100000); delay > 0; delay--)
			;
		kill(writer, SIGKILL);
		waitpid(writer, NULL, 0);
		if (!CHECK(uv_view_open(path, NULL, &view, &error) == UV_OK, "%s", error.text))
			continue;
		struct observed seen = observe(view, false, 100000, false);
		CHECK(seen.torn == 0 && seen.snapshots > 0, "kill %d left a torn map", kills);
		CHECK(uv_snapshot_take(view, &snapshot, &error) == UV_OK && snapshot.count == STAMPS, "kill %d: %s", kills, error.text);
		uv_snapshot_free(&snapshot);
		uv_view_close(view);
		builder_close(b);
	}
}

/* ---- in-place additions: pages appear one by one in order, then all go at once */

static void *add_and_clear(void *argument)
{
	struct builder *b = argument;
	for (uint64_t sequence = 3; !atomic_load(&stop);) {
		for (uint64_t page = 0; page < STAMPS; page++)
			builder_add_in_place(b, page, page, UV_READ, sequence++);
		for (uint64_t page = 0; page < STAMPS; page++)
			builder_remove(b, page, 0);
		builder_publish(b, sequence++);
	}
	return NULL;
}

/* Whether the pages that are there are the first ones, as they were at every moment. */
static bool is_prefix(const uv_entry entries[STAMPS])
{
	bool ended = false;
	for (int i = 0; i < STAMPS; i++) {
		if (ended && entries[i] != UV_ABSENT)
			return false;
		ended = entries[i] == UV_ABSENT;
	}
	return true;
}

static void exact_batches_are_exact(void)
{
	struct builder *b = open_stamped(64);
	uv_view *view;
	uv_error error;
	pthread_t writer;
	uint64_t pages[STAMPS], exact = 0, wrong = 0, control = 0;
	uv_entry entries[STAMPS];
	check_case("exact batches are exact");
	builder_remove(b, stamped_page(0), 0);
	builder_put(b, 20, 0, 1, UV_READ);
	builder_publish(b, 3);
	CHECK(uv_view_open(path, NULL, &view, &error) == UV_OK, "%s", error.text);
	for (uint64_t i = 0; i < STAMPS; i++)
		pages[i] = i;
	atomic_store(&stop, false);
	pthread_create(&writer, NULL, add_and_clear, b);
	for (uint64_t end = uv_now() + 400000000, most = end + 10000000000; uv_now() < end || (control == 0 && uv_now() < most);) {
		if (uv_translate_batch(view, pages, entries, STAMPS) == 1) {
			exact++;
			wrong += !is_prefix(entries);
		}
		/* The control: one by one, with a pause, the pages are of different moments. */
		for (int i = 0; i < STAMPS; i++) {
			entries[i] = uv_translate(view, pages[i]);
			if (i == STAMPS / 2)
				sched_yield();
		}
		control += !is_prefix(entries);
	}
	atomic_store(&stop, true);
	pthread_join(writer, NULL);
	printf("in place: %llu exact batches; one by one %llu were mixed\n", (unsigned long long)exact, (unsigned long long)control);
	CHECK(exact > 0 && wrong == 0, "%llu of %llu batches were said to be exact and were not", (unsigned long long)wrong, (unsigned long long)exact);
	CHECK(control > 0, "this test could not see a mixed state");
	uv_view_close(view);
	builder_close(b);
}

int main(void)
{
	no_torn_map_under_a_flat_out_writer();
	without_the_check_torn_maps_are_found();
	a_killed_writer_leaves_a_whole_version();
	exact_batches_are_exact();
	return check_report();
}
