/* The host agent's notes: kept until a host view at or above the sequence at which they were made no longer asks. */
#include "check.h"
#include "ultraview.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static char path[UV_PATH_SIZE];

static uv_host_ack *open_ack(void)
{
	uv_host_ack *ack = NULL;
	uv_error error = { 0 };
	snprintf(path, sizeof path, "%s/host.ack", check_directory());
	CHECK(uv_host_ack_create(path, "host-1", 5, 4096, &ack, &error) == UV_OK, "%s", error.text);
	uv_host_ack_attached(ack, 9);
	return ack;
}

static void notes_stay_until_a_later_view_does_not_ask(void)
{
	uv_host_ack *ack = open_ack();
	uv_scrub scrubs[] = { { .revocation = 4, .count = 1, .ready = 1 } };
	uv_expected_monitor monitors[] = { { .partition = 2, .incarnation = 30, .nonce = 1, .name = "a" } };
	uv_host_state state = { .sequence = 99, .scrub_count = 0, .monitor_count = 0, .scrubs = scrubs, .monitors = monitors };
	check_case("notes stay until a later view does not ask");
	uv_host_ack_sequence(ack, 100);
	CHECK(uv_host_ack_scrubbed(ack, 4) == UV_OK && uv_host_ack_dead(ack, 2, 30) == UV_OK, "noted");
	uv_host_ack_prune(ack, &state);
	CHECK(uv_host_ack_has_scrubbed(ack, 4) && uv_host_ack_has_dead(ack, 30), "an older view does not know of it");
	state.sequence = 100;
	state.scrub_count = state.monitor_count = 1;
	state.scrubs_pending = 1;
	uv_host_ack_prune(ack, &state);
	CHECK(uv_host_ack_has_scrubbed(ack, 4) && uv_host_ack_has_dead(ack, 30), "it is still asked for");
	state.sequence = 101;
	state.scrub_count = state.monitor_count = 0;
	state.scrubs_pending = 0;
	uv_host_ack_prune(ack, &state);
	CHECK(!uv_host_ack_has_scrubbed(ack, 4) && !uv_host_ack_has_dead(ack, 30), "done with");
	uv_host_ack_close(ack);
}

static void what_is_not_listed_for_lack_of_room_is_not_forgotten(void)
{
	uv_host_ack *ack = open_ack();
	uv_scrub scrubs[] = { { .revocation = 4, .count = 1, .ready = 1 } };
	uv_host_state state = { .sequence = 100, .scrub_count = 1, .scrubs_pending = 2, .scrubs = scrubs };
	check_case("what is not listed for lack of room is not forgotten");
	CHECK(uv_host_ack_scrubbed(ack, 7) == UV_OK, "noted");
	uv_host_ack_prune(ack, &state);
	CHECK(uv_host_ack_has_scrubbed(ack, 7), "two are pending, one is listed: the other may be this");
	uv_host_ack_close(ack);
}

static void a_full_table_says_so(void)
{
	uv_host_ack *ack = open_ack();
	uint64_t revocation = 0;
	check_case("a full table says so");
	while (revocation < 5000 && uv_host_ack_scrubbed(ack, revocation + 1) == UV_OK)
		revocation++;
	CHECK(revocation == 4096, "%llu slots", (unsigned long long)revocation);
	CHECK(uv_host_ack_scrubbed(ack, 5000) == UV_FULL, "full");
	CHECK(uv_host_ack_scrubbed(ack, 1) == UV_OK, "listed already");
	uv_host_ack_close(ack);
}

static void bad_names_and_nonces_make_no_file(void)
{
	struct stat status;
	uv_ack *ack;
	uv_error error;
	check_case("bad names and nonces make no file");
	snprintf(path, sizeof path, "%s/bad.ack", check_directory());
	CHECK(uv_ack_create(path, "a/b", 5, &ack, &error) == UV_CORRUPT && ack == NULL, "name");
	CHECK(uv_ack_create(path, "a", 0, &ack, &error) == UV_CORRUPT && ack == NULL, "nonce");
	CHECK(stat(path, &status) != 0, "a file was made");
	snprintf(path, sizeof path, "%s/no/where.ack", check_directory());
	CHECK(uv_ack_create(path, "a", 5, &ack, &error) == UV_NOT_FOUND && strstr(error.text, "where.ack"), "%s", error.text);
}

int main(void)
{
	notes_stay_until_a_later_view_does_not_ask();
	what_is_not_listed_for_lack_of_room_is_not_forgotten();
	a_full_table_says_so();
	bad_names_and_nonces_make_no_file();
	return check_report();
}
