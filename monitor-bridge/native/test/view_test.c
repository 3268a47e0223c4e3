/* A view is believed only if every field is right; what it says is what was written. */
#include "check.h"
#include "view_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[UV_PATH_SIZE];

static const char *fresh_path(void)
{
	static int number;
	snprintf(path, sizeof path, "%s/%d.view", check_directory(), number++);
	return path;
}

static uv_view *open_good(struct builder **builder, const struct builder_options *options)
{
	uv_view *view = NULL;
	uv_error error = { 0 };
	*builder = builder_open(fresh_path(), options);
	CHECK(uv_view_open(path, "guest-7", &view, &error) == UV_OK, "%s", error.text);
	return view;
}

static void expect_refused(int code, const char *what)
{
	uv_view *view;
	uv_error error = { 0 };
	int found = uv_view_open(path, "guest-7", &view, &error);
	CHECK(found == code && error.code == code, "%s: %s, %s expected (%s)", what, uv_code_name(found), uv_code_name(code), error.text);
	CHECK(error.text[0] != 0 && view == NULL, "%s: says nothing", what);
	if (view)
		uv_view_close(view);
}

static void every_wrong_header_is_refused(void)
{
	struct builder_options options = builder_defaults();
	struct builder *b = builder_open(fresh_path(), &options);
	struct view_header *h = builder_header(b), good = *h;
	check_case("every wrong header is refused");
#define PLANT(field, value, expected)                                                                                                                  \
	do {                                                                                                                                           \
		h->field = (value);                                                                                                                    \
		builder_sign(h);                                                                                                                       \
		expect_refused((expected), #field);                                                                                                    \
		h->field = good.field;                                                                                                                 \
		builder_sign(h);                                                                                                                       \
	} while (0)
	PLANT(magic[0], 'X', UV_FOREIGN);
	PLANT(layout_version, 2, UV_VERSION);
	PLANT(layout_version, 0, UV_VERSION);
	PLANT(generation, 0, UV_CORRUPT);
	PLANT(serial, 0, UV_CORRUPT);
	PLANT(partition, 0, UV_CORRUPT);
	PLANT(node_capacity, 0, UV_CORRUPT);
	PLANT(node_capacity, VIEW_MAX_NODES + 1ull, UV_CORRUPT);
	PLANT(node_capacity, good.node_capacity + 1, UV_CORRUPT);
	PLANT(reuse_distance, 1, UV_CORRUPT);
	PLANT(reuse_distance, VIEW_MAX_REUSE_DISTANCE + 1, UV_CORRUPT);
	PLANT(commit_ring, 0x1000, UV_CORRUPT);
	PLANT(commit_slots, 512, UV_CORRUPT);
	PLANT(change_ring, 0x10000, UV_CORRUPT);
	PLANT(change_slots, 3, UV_CORRUPT);
	PLANT(change_slots, 65536, UV_CORRUPT);
	PLANT(node_area, 0, UV_CORRUPT);
	PLANT(file_size, good.file_size + 8192, UV_CORRUPT);
	PLANT(window, 1 << 20, UV_CORRUPT);
	PLANT(partition_name[0], '/', UV_CORRUPT);
	PLANT(partition_name[0], 'G', UV_MISMATCH);
	PLANT(replica_name[0], 0, UV_CORRUPT);
	h->crc ^= 1;
	expect_refused(UV_CORRUPT, "crc");
	h->crc ^= 1;
	uint64_t head = atomic_load(&h->head);
	atomic_store(&h->head, head | 5ull << 23);
	expect_refused(UV_CORRUPT, "root level");
	atomic_store(&h->head, head + 1);
	expect_refused(UV_CORRUPT, "root node");
	atomic_store(&h->head, head);
	atomic_store(&h->state, UV_BUILDING);
	expect_refused(UV_CORRUPT, "state");
	atomic_store(&h->state, UV_LIVE);
	uv_view *view;
	CHECK(uv_view_open(path, "guest-7", &view, NULL) == UV_OK, "all put back");
	uv_view_close(view);
	builder_close(b);
	CHECK(truncate(path, VIEW_NODE_AREA + VIEW_NODE_SIZE) == 0, "truncate");
	expect_refused(UV_TRUNCATED, "short file");
	CHECK(truncate(path, 100) == 0, "truncate");
	expect_refused(UV_TRUNCATED, "very short file");
	fresh_path();
	expect_refused(UV_NOT_FOUND, "no file");
}

static void every_byte_of_the_identity_page_is_covered(void)
{
	struct builder_options options = builder_defaults();
	struct builder *b = builder_open(fresh_path(), &options);
	uint8_t *bytes = builder_memory(b);
	check_case("every byte of the identity page is covered");
	for (size_t i = 0; i < 0xffc; i++) {
		uv_view *view;
		bytes[i] ^= 0x40;
		if (!CHECK(uv_view_open(path, NULL, &view, NULL) != UV_OK, "byte %zu changed and nobody noticed", i))
			uv_view_close(view);
		bytes[i] ^= 0x40;
	}
	builder_close(b);
}

static void translates_at_every_level(void)
{
	struct builder_options options = builder_defaults();
	struct builder *b;
	options.root_level = 4;
	uv_view *view = open_good(&b, &options);
	check_case("translates at every level");
	builder_put(b, 5, 0, 77, UV_READ);
	builder_put(b, 3ull << 10, 1, 9ull << 10, UV_READ | UV_WRITE);
	builder_put(b, 2ull << 20, 2, 1ull << 20, UV_READ | UV_EXECUTE);
	builder_put(b, 2ull << 30, 3, 3ull << 30, 7);
	builder_put(b, 1023ull << 40, 4, 0, UV_READ);
	builder_publish(b, 2);
	CHECK(uv_entry_frame(uv_translate(view, 5)) == 77, "K");
	CHECK(uv_entry_rights(uv_translate(view, 5)) == UV_READ, "rights");
	CHECK(uv_translate(view, 4) == UV_ABSENT && uv_translate(view, 6) == UV_ABSENT, "neighbours");
	CHECK(uv_entry_frame(uv_translate(view, (3ull << 10) + 1023)) == (9ull << 10) + 1023, "M");
	CHECK(uv_entry_frame(uv_translate(view, (2ull << 20) + 123456)) == (1ull << 20) + 123456, "G");
	CHECK(uv_entry_frame(uv_translate(view, (2ull << 30) + 999999999)) == (3ull << 30) + 999999999, "T");
	CHECK(uv_entry_frame(uv_translate(view, (1ull << 50) - 1)) == (1ull << 40) - 1, "P, the last page of all");
	CHECK(uv_translate(view, 1ull << 50) == UV_ABSENT && uv_translate(view, ~0ull) == UV_ABSENT, "beyond: high bits must not alias");
	uv_view_close(view);
	builder_close(b);
	options.root_level = 0;
	view = open_good(&b, &options);
	builder_put(b, 5, 0, 77, UV_READ);
	builder_publish(b, 2);
	CHECK(uv_entry_frame(uv_translate(view, 5)) == 77, "root of level 0");
	CHECK(uv_translate(view, 1024 + 5) == UV_ABSENT, "beyond a small root");
	uv_view_close(view);
	builder_close(b);
}

static void impossible_entries_are_invalid(void)
{
	struct builder_options options = builder_defaults();
	struct builder *b;
	uv_view *view = open_good(&b, &options);
	uv_entry entries[2];
	uv_snapshot snapshot;
	uv_error error = { 0 };
	check_case("impossible entries are invalid");
	builder_put(b, 0, 0, 1, UV_READ);
	builder_publish(b, 2);
	/* A table entry that leads out of the file. */
	view_node *nodes = (view_node *)((uint8_t *)builder_memory(b) + VIEW_NODE_AREA);
	uint64_t root = view_head_node(atomic_load(&builder_header(b)->head));
	atomic_store(&nodes[root][0], (uint64_t)options.node_capacity << 13 | VIEW_TABLE);
	CHECK(uv_translate(view, 0) == UV_INVALID, "a node beyond the file");
	CHECK(uv_translate_batch(view, (uint64_t[]){ 0, 1 }, entries, 2) == UV_CORRUPT, "batch");
	CHECK(uv_snapshot_take(view, &snapshot, &error) == UV_CORRUPT, "snapshot");
	/* The root again and again: a table entry below level 0. */
	atomic_store(&nodes[root][0], root << 13 | VIEW_TABLE);
	CHECK(uv_translate(view, 0) == UV_INVALID, "a loop ends at level 0");
	CHECK(uv_snapshot_take(view, &snapshot, &error) == UV_CORRUPT, "snapshot of a loop");
	atomic_store(&nodes[root][0], 2);
	CHECK(uv_translate(view, 0) == UV_ABSENT, "the reserved kind is empty");
	uv_view_close(view);
	builder_close(b);
}

/* Random bytes where nodes and rings are: every call must end, and with an answer that can be used or an error. */
static void garbage_is_survived(unsigned seed)
{
	struct builder_options options = builder_defaults();
	struct builder *b;
	uv_snapshot snapshot;
	uv_change changes[16];
	uv_entry entries[64];
	uint64_t pages[64];
	char name[64];
	options.root_level = 4;
	uv_view *view = open_good(&b, &options);
	uint64_t *words = builder_memory(b), good;
	snprintf(name, sizeof name, "garbage is survived (seed %u)", seed);
	check_case(name);
	for (int round = 0; round < 200; round++) {
		for (size_t i = VIEW_NODE_AREA / 8; i < builder_size(b) / 8; i++) {
			uint64_t random = (uint64_t)rand_r(&seed) << 33 ^ (uint64_t)rand_r(&seed) << 11 ^ (uint64_t)rand_r(&seed);
			/* Mostly tables that lead somewhere, in odd rounds. */
			words[i] = round % 2 ? (random % (options.node_capacity + (random % 64 == 0)) << 13 | VIEW_TABLE) : random;
		}
		for (int i = 0; i < 64; i++) {
			pages[i] = (uint64_t)rand_r(&seed) << 31 ^ (uint64_t)rand_r(&seed) << 5;
			uv_translate(view, pages[i]);
		}
		uv_translate_batch(view, pages, entries, 64);
		if (uv_snapshot_take(view, &snapshot, NULL) == UV_OK)
			uv_snapshot_free(&snapshot);
		uint64_t cursor = 0;
		for (size_t i = VIEW_CHANGE_RING / 8; i < VIEW_CHANGE_RING / 8 + 4 * options.change_slots; i++)
			words[i] = (uint64_t)rand_r(&seed);
		atomic_store(&builder_header(b)->changes, 100);
		CHECK(uv_changes(view, &cursor, changes, 16) == UV_LOST, "random change records were believed");
	}
	good = words[VIEW_COMMIT_RING / 8 + 16];
	words[VIEW_COMMIT_RING / 8 + 16] ^= 1ull << seed % 64;
	CHECK(uv_status_read(view, &(uv_status){ 0 }, NULL) == UV_CORRUPT, "a changed commit record was believed");
	words[VIEW_COMMIT_RING / 8 + 16] = good;
	CHECK(uv_status_read(view, &(uv_status){ 0 }, NULL) == UV_OK, "put back");
	uv_view_close(view);
	builder_close(b);
}

/* Random changes against an array. */
static void agrees_with_an_array(unsigned seed)
{
	enum { PAGES = 4096, ROUNDS = 3000 };
	static uv_entry model[PAGES];
	static uint64_t pages[PAGES];
	static uv_entry entries[PAGES], derived[PAGES];
	struct builder_options options = builder_defaults();
	struct builder *b;
	uv_cache cache;
	uv_snapshot snapshot;
	uv_change changes[16];
	uint64_t cursor;
	char name[64];
	options.root_level = 1;
	options.node_capacity = 600;
	uv_view *view = open_good(&b, &options);
	memset(model, 0, sizeof model);
	memset(derived, 0, sizeof derived);
	snprintf(name, sizeof name, "agrees with an array (seed %u)", seed);
	check_case(name);
	CHECK(uv_cache_open(&cache, view, NULL) == UV_OK, "cache");
	for (uint64_t i = 0; i < PAGES; i++)
		pages[i] = i;
	builder_put(b, 0, 0, 1, 1), builder_put(b, 1024, 0, 1, 1), builder_put(b, 2048, 0, 1, 1), builder_put(b, 3072, 0, 1, 1);
	for (int i = 0; i < 4; i++)
		model[1024 * i] = 1 << 12 | 1 << 2 | 3;
	builder_publish(b, 2);
	cursor = 0;
	for (uint64_t round = 3; round < ROUNDS; round++) {
		uint64_t page = (uint64_t)rand_r(&seed) % PAGES, frame = (uint64_t)rand_r(&seed);
		if (model[page] == 0 && rand_r(&seed) % 2) {
			builder_add_in_place(b, page, frame, 3, round);
			model[page] = frame << 12 | 3 << 2 | 3;
		} else {
			for (int n = rand_r(&seed) % 5; n >= 0; n--) {
				bool take = rand_r(&seed) % 3 == 0;
				page = (uint64_t)rand_r(&seed) % PAGES;
				if (take)
					builder_remove(b, page, 0);
				else
					builder_put(b, page, 0, frame + (uint64_t)n, 1);
				model[page] = take ? 0 : (frame + (uint64_t)n) << 12 | 1 << 2 | 3;
			}
			builder_publish(b, round);
		}
		for (int n = 0; n < 20; n++) {
			page = (uint64_t)rand_r(&seed) % PAGES;
			CHECK(uv_translate(view, page) == model[page], "page %llu in round %llu", (unsigned long long)page, (unsigned long long)round);
			CHECK(uv_cache_translate(&cache, page) == model[page], "cached page %llu", (unsigned long long)page);
		}
		if (rand_r(&seed) % 64 == 0) {
			for (int count; (count = uv_changes(view, &cursor, changes, 16)) != 0;) {
				if (count == UV_LOST) {
					CHECK(uv_snapshot_take(view, &snapshot, NULL) == UV_OK, "snapshot");
					memset(derived, 0, sizeof derived);
					for (size_t i = 0; i < snapshot.count; i++)
						for (uint64_t p = 0; p < snapshot.runs[i].count; p++)
							derived[snapshot.runs[i].guest + p] =
								(snapshot.runs[i].frame + p) << 12 | (uint64_t)snapshot.runs[i].rights << 2 | 3;
					cursor = snapshot.status.change_end;
					uv_snapshot_free(&snapshot);
				}
				for (int i = 0; i < count; i++)
					derived[changes[i].guest] = changes[i].entry;
			}
			CHECK(uv_translate_batch(view, pages, entries, PAGES) == 1, "batch");
			CHECK(memcmp(entries, model, sizeof model) == 0, "batch differs in round %llu", (unsigned long long)round);
			CHECK(memcmp(derived, model, sizeof model) == 0, "derived state differs in round %llu", (unsigned long long)round);
		}
	}
	uv_cache_close(&cache);
	uv_view_close(view);
	builder_close(b);
}

static void status_goes_with_the_version(void)
{
	struct builder_options options = builder_defaults();
	struct builder *b;
	uv_view *view = open_good(&b, &options);
	uv_status status;
	uv_error error;
	check_case("status goes with the version");
	builder_attach(b, 11, 22, 33);
	builder_partition_state(b, UV_PAUSED);
	builder_publish(b, 40);
	builder_advance(b, 41);
	CHECK(uv_status_read(view, &status, &error) == UV_OK, "%s", error.text);
	CHECK(status.nonce == 11 && status.incarnation == 22 && status.floor == 33, "attachment");
	CHECK(status.partition_state == UV_PAUSED && status.version == 2, "state");
	CHECK(status.version_sequence == 40 && status.sequence == 41 && uv_sequence(view) == 41, "sequence");
	CHECK(uv_view_state(view) == UV_LIVE, "live");
	builder_retire(b, 9);
	CHECK(uv_view_state(view) == UV_RETIRED, "retired");
	CHECK(uv_view_validate(view, &error) == UV_OK, "%s", error.text);
	uv_view_close(view);
	builder_close(b);
}

int main(int count, char **arguments)
{
	unsigned seed = count > 1 ? (unsigned)strtoul(arguments[1], NULL, 10) : (unsigned)uv_now();
	every_wrong_header_is_refused();
	every_byte_of_the_identity_page_is_covered();
	translates_at_every_level();
	impossible_entries_are_invalid();
	status_goes_with_the_version();
	printf("seed %u; to repeat it: view_test %u\n", seed, seed);
	garbage_is_survived(seed);
	agrees_with_an_array(seed);
	return check_report();
}
