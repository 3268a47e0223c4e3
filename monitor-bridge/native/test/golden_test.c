/* What Java wrote, C reads; what C writes is what Java was given. */
#include "check.h"
#include "golden.h"
#include "../lib/internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char path[UV_PATH_SIZE];

static const char *in_directory(const char *name)
{
	snprintf(path, sizeof path, "%s/%s", check_directory(), name);
	return path;
}

static void the_golden_view_is_read(void)
{
	uv_view *view;
	uv_error error = { 0 };
	uv_status status;
	uv_snapshot snapshot;
	uv_change changes[8];
	uint64_t cursor = 0;
	check_case("the golden view is read");
	if (!golden_restore("view-1.words", in_directory("golden.view")))
		return;
	if (!CHECK(uv_view_open(path, "guest-1", &view, &error) == UV_OK, "%s", error.text))
		return;
	const uv_identity *id = uv_view_identity(view);
	CHECK(id->generation == 5 && id->serial == 1 && id->partition == 7 && id->window == 3, "identity");
	CHECK(id->node_capacity == 64 && id->reuse_distance == 4 && id->change_slots == 64, "sizes");
	CHECK(id->writer_pid == 4242 && id->writer_start == 123456, "writer");
	CHECK(strcmp(id->replica_name, "r1") == 0, "%s", id->replica_name);
	CHECK(uv_status_read(view, &status, &error) == UV_OK, "%s", error.text);
	CHECK(status.version == 2 && status.version_sequence == 12 && status.sequence == 14 && status.published == 1002, "version");
	CHECK(status.nonce == 77 && status.incarnation == 8 && status.floor == 11 && status.partition_state == UV_RUNNING, "status");
	CHECK(uv_view_state(view) == UV_LIVE && uv_known_sequence(view) == 15 && uv_beat(view) == 1003, "beat");
	CHECK(uv_entry_frame(uv_translate(view, 0)) == 0x123 && uv_entry_rights(uv_translate(view, 0)) == (UV_READ | UV_WRITE), "page 0");
	CHECK(uv_translate(view, 1) == UV_ABSENT, "page 1 was taken away");
	CHECK(uv_entry_frame(uv_translate(view, 9)) == 0xabc && uv_entry_rights(uv_translate(view, 9)) == UV_READ, "page 9, in place");
	CHECK(uv_entry_frame(uv_translate(view, 2048 + 1000)) == 4096 + 1000, "4 MiB leaf");
	CHECK(uv_entry_frame(uv_translate(view, (1 << 20) - 1)) == (1ull << 40) - 1 && uv_entry_rights(uv_translate(view, (1 << 20) - 1)) == 7, "last frame");
	if (CHECK(uv_snapshot_take(view, &snapshot, &error) == UV_OK, "%s", error.text)) {
		CHECK(snapshot.count == 4 && snapshot.runs[2].guest == 2048 && snapshot.runs[2].count == 1024, "%zu runs", snapshot.count);
		uv_snapshot_free(&snapshot);
	}
	CHECK(uv_changes(view, &cursor, changes, 8) == 6 && cursor == 6, "change records up to %llu", (unsigned long long)cursor);
	CHECK(changes[0].guest == 0 && changes[0].count == 2 && uv_entry_frame(changes[0].entry) == 0x123, "first change");
	CHECK(changes[4].guest == 1 && changes[4].count == 1 && changes[4].entry == UV_ABSENT, "the removal");
	CHECK(changes[5].guest == 9 && uv_entry_frame(changes[5].entry) == 0xabc, "the addition in place");
	uv_view_close(view);
}

static void the_golden_host_view_is_read(void)
{
	uv_host_view *view;
	uv_host_state state = { 0 };
	uv_error error = { 0 };
	check_case("the golden host view is read");
	if (!golden_restore("host-view-1.words", in_directory("golden-host-view")))
		return;
	if (!CHECK(uv_host_view_open(path, &view, &error) == UV_OK, "%s", error.text))
		return;
	CHECK(strcmp(uv_host_view_identity(view)->host_name, "host-1") == 0 && uv_host_view_identity(view)->generation == 5, "identity");
	CHECK(uv_host_view_read(view, &state, &error) == UV_OK, "%s", error.text);
	CHECK(state.sequence == 21 && state.nonce == 99 && state.incarnation == 6 && state.floor == 10 && state.version == 2, "attachment");
	if (CHECK(state.scrub_count == 2 && state.scrubs_pending == 2, "%zu scrubs", state.scrub_count)) {
		CHECK(state.scrubs[0].revocation == 3 && state.scrubs[0].first_frame == 512 && state.scrubs[0].count == 4 && state.scrubs[0].ready == 1, "first");
		CHECK(state.scrubs[1].revocation == 5 && state.scrubs[1].ready == 0, "second");
	}
	if (CHECK(state.monitor_count == 1, "%zu monitors", state.monitor_count))
		CHECK(state.monitors[0].partition == 7 && state.monitors[0].incarnation == 8 && state.monitors[0].nonce == 77 &&
			      strcmp(state.monitors[0].name, "guest-1") == 0,
		      "monitor");
	uv_host_state_free(&state);
	uv_host_view_close(view);
}

/* Puts fixed values where a file holds what differs from run to run, and signs it again. */
static void fix(const char *file, uint64_t crc_size)
{
	int fd = open(file, O_RDWR);
	uint64_t *words = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	words[0x18 / 8] = 4343;
	words[0x20 / 8] = 654321;
	words[0x28 / 8] = 2000;
	words[0x200 / 8] = 2001;
	*(uint32_t *)((uint8_t *)words + crc_size) = uv_crc32c(words, crc_size);
	munmap(words, 4096);
	close(fd);
}

static void the_acknowledgement_is_the_golden_one(void)
{
	uv_ack *ack;
	uv_error error = { 0 };
	check_case("the acknowledgement is the golden one");
	if (!CHECK(uv_ack_create(in_directory("golden.ack"), "guest-1", 77, &ack, &error) == UV_OK, "%s", error.text))
		return;
	_Atomic uint64_t *statistics = (_Atomic uint64_t *)uv_ack_stats(ack);
	uv_ack_attached(ack, 8);
	uv_ack_sequence(ack, 13);
	uv_ack_sequence(ack, 12); /* never back */
	CHECK(uv_ack_acknowledged(ack) == 13, "acknowledged");
	for (uint64_t i = 0; i < sizeof(uv_ack_statistics) / 8; i++)
		atomic_store(&statistics[i], 100 + i);
	atomic_store(uv_ack_sleeping(ack), 1);
	uv_ack_ended(ack, UV_EXIT_NOT_RUNNING, 3, "stopped: the partition is not running");
	fix(path, 0xf8);
	golden_matches("ack-1.words", path);
	uv_ack_close(ack);
}

static void the_host_acknowledgement_is_the_golden_one(void)
{
	uv_host_ack *ack;
	uv_error error = { 0 };
	check_case("the host acknowledgement is the golden one");
	if (!CHECK(uv_host_ack_create(in_directory("golden-host.ack"), "host-1", 99, 1 << 30, &ack, &error) == UV_OK, "%s", error.text))
		return;
	uv_host_ack_attached(ack, 6);
	uv_host_ack_sequence(ack, 21);
	CHECK(uv_host_ack_scrubbed(ack, 3) == UV_OK && uv_host_ack_scrubbed(ack, 4) == UV_OK && uv_host_ack_scrubbed(ack, 3) == UV_OK, "scrubbed");
	CHECK(uv_host_ack_dead(ack, 7, 8) == UV_OK, "dead");
	uv_host_ack_statistics(ack, 8, 12345, 2);
	fix(path, 0xf8);
	golden_matches("host-ack-1.words", path);
	uv_host_ack_close(ack);
}

int main(void)
{
	the_golden_view_is_read();
	the_golden_host_view_is_read();
	the_acknowledgement_is_the_golden_one();
	the_host_acknowledgement_is_the_golden_one();
	return check_report();
}
