/* A guest can use what its view gives and nothing else; what is taken away is gone before it is acknowledged. Real processes. */
#include "check.h"
#include "mon_scene.h"

#include <signal.h>

static void a_guest_has_what_its_view_gives(void)
{
	check_case("a guest has exactly what its view gives, with those rights");
	struct scene s = scene_begin("exactly", NULL, NULL);
	uv_run runs[8];
	size_t count = world_mappings(s.guest, SCENE_BASE, runs, 8);
	CHECK(count == 2, "%zu mappings", count);
	CHECK(runs[0].guest == 0 && runs[0].frame == 16 && runs[0].count == 8 && runs[0].rights == (UV_READ | UV_WRITE), "the first run");
	CHECK(runs[1].guest == 100 && runs[1].frame == 40 && runs[1].count == 1 && runs[1].rights == UV_READ, "the second run");
	CHECK(world_acknowledged(s.directory, SCENE_PARTITION, SCENE_INCARNATION, SCENE_SEQUENCE), "(3, 5) is acknowledged");
	CHECK(world_counted(s.directory, SCENE_PARTITION, FAULTS, 3), "accesses to what it does not have are stopped");
	CHECK(!world_frame_zero(s.memory, SCENE_FRAME), "what the guest writes is in host memory");
	CHECK(world_frame_zero(s.memory, SCENE_READ_ONLY_FRAME), "a read-only page was written");
	scene_end(&s);
}

static void a_revoked_page_is_gone_before_it_is_acknowledged(void)
{
	check_case("a revoked page is gone before it is acknowledged");
	struct scene s = scene_begin("revoked", NULL, NULL);
	for (uint64_t sequence = 6; sequence < 40; sequence++) {
		uint64_t page = sequence / 2 % SCENE_PAGES;
		uv_run runs[16];
		builder_remove(s.view, page, 0);
		builder_publish(s.view, sequence);
		CHECK(world_acknowledged(s.directory, SCENE_PARTITION, SCENE_INCARNATION, sequence), "sequence %d", (int)sequence);
		/* From here on the frame may belong to somebody else. */
		size_t count = world_mappings(s.guest, SCENE_BASE, runs, 16);
		for (size_t i = 0; i < count && i < 16; i++)
			CHECK(page - runs[i].guest >= runs[i].count, "page %d is still mapped", (int)page);
		world_fill_frame(s.memory, SCENE_FRAME + page, 0);
		builder_put(s.view, page, 0, SCENE_FRAME + page, UV_READ | UV_WRITE);
		builder_publish(s.view, ++sequence);
	}
	uint64_t faults = world_statistic(s.directory, SCENE_PARTITION, FAULTS);
	builder_remove(s.view, 3, 0);
	builder_publish(s.view, 50);
	CHECK(world_acknowledged(s.directory, SCENE_PARTITION, SCENE_INCARNATION, 50), "sequence 50");
	CHECK(world_counted(s.directory, SCENE_PARTITION, FAULTS, faults + 2), "the guest's accesses to it are stopped");
	scene_end(&s);
}

static void fewer_rights_are_a_reduction(void)
{
	check_case("a page that becomes read-only cannot be written any more");
	struct scene s = scene_begin("rights", NULL, NULL);
	uv_run runs[4];
	for (uint64_t i = 0; i < SCENE_PAGES; i++)
		builder_put(s.view, i, 0, SCENE_FRAME + i, UV_READ);
	builder_publish(s.view, 6);
	CHECK(world_acknowledged(s.directory, SCENE_PARTITION, SCENE_INCARNATION, 6), "sequence 6");
	CHECK(world_mappings(s.guest, SCENE_BASE, runs, 4) == 2 && runs[0].rights == UV_READ, "still writable");
	uint64_t faults = world_statistic(s.directory, SCENE_PARTITION, FAULTS);
	CHECK(world_counted(s.directory, SCENE_PARTITION, FAULTS, faults + 2), "writes are stopped");
	scene_end(&s);
}

static void whole_blocks_and_single_additions(void)
{
	check_case("a block of a higher tier, a page added in place, an executable page, a block taken away");
	struct scene s = scene_begin("tiers", NULL, NULL);
	uv_run runs[8];
	builder_put(s.view, 2048, 1, 2048, UV_READ | UV_WRITE);
	builder_publish(s.view, 6);
	CHECK(world_counted(s.directory, SCENE_PARTITION, MAPPED, 1033), "1024 pages more");
	builder_add_in_place(s.view, 50, 60, UV_READ | UV_WRITE, 7);
	CHECK(world_counted(s.directory, SCENE_PARTITION, MAPPED, 1034), "one page more");
	builder_remove(s.view, 2048, 1);
	builder_publish(s.view, 8);
	CHECK(world_acknowledged(s.directory, SCENE_PARTITION, SCENE_INCARNATION, 8), "sequence 8");
	CHECK(world_mappings(s.guest, SCENE_BASE, runs, 8) == 3, "the block is gone, the rest is there");
	builder_put(s.view, 60, 0, 70, UV_READ | UV_EXECUTE);
	builder_publish(s.view, 9);
	CHECK(world_counted(s.directory, SCENE_PARTITION, MAPPED, 11), "the executable page");
	CHECK(world_mappings(s.guest, SCENE_BASE, runs, 8) == 4 && runs[2].guest == 60 && !(runs[2].rights & UV_WRITE), "not writable");
	scene_end(&s);
}

/* A page with another's data, given to the guest: what scrubbing prevents, and what the guest must notice if it does not happen. */
static void a_dirty_page_is_noticed(void)
{
	check_case("the guest notices a new page that was not scrubbed, and one that changed behind its back");
	struct scene s = scene_begin("dirty", NULL, NULL);
	world_fill_frame(s.memory, 70, 0xab);
	builder_put(s.view, 200, 0, 70, UV_READ | UV_WRITE);
	builder_publish(s.view, 6);
	CHECK(world_counted(s.directory, SCENE_PARTITION, BAD, 1), "foreign data was not seen");
	uint64_t bad = world_statistic(s.directory, SCENE_PARTITION, BAD);
	world_fill_frame(s.memory, SCENE_FRAME + 1, 0);
	CHECK(world_counted(s.directory, SCENE_PARTITION, BAD, bad + 1), "lost data was not seen");
	kill(s.monitor, SIGTERM);
	CHECK(world_wait(s.monitor, 10) == 0, "a clean end");
	builder_close(s.view);
}

static void pages_beyond_the_memory_object_come_when_it_grows(void)
{
	check_case("pages beyond the memory object come when it has grown");
	struct scene s = scene_begin("grows", NULL, NULL);
	builder_put(s.view, 300, 0, 5000, UV_READ | UV_WRITE);
	builder_publish(s.view, 6);
	CHECK(world_acknowledged(s.directory, SCENE_PARTITION, SCENE_INCARNATION, 6), "sequence 6");
	CHECK(world_statistic(s.directory, SCENE_PARTITION, MAPPED) == 9, "not mapped yet");
	world_memory(s.directory, 8192);
	CHECK(world_counted(s.directory, SCENE_PARTITION, MAPPED, 10), "mapped now");
	scene_end(&s);
}

static void what_no_guest_may_do_ends_it(void)
{
	static const char *const tries[] = { "map", "protect", "open", "confirm", "fork", "kill", "command", "code" };
	check_case("what no guest may do ends it, and its monitor says so");
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		const char *directory = world_make(tries[i]);
		world_memory(directory, 4096);
		struct builder *view = scene_view(directory, "r1", 1, 1);
		pid_t monitor = world_start("ultramonitor", "--dir", directory, "--partition", SCENE_PARTITION, "--guest", world_program("test/hostile"), tries[i], (char *)NULL);
		scene_fill(view, world_nonce(directory, SCENE_PARTITION, 0));
		builder_publish(view, SCENE_SEQUENCE);
		CHECK(world_wait(monitor, 10) == 5, "'%s' was possible", tries[i]);
		builder_close(view);
	}
}

int main(void)
{
	a_guest_has_what_its_view_gives();
	a_revoked_page_is_gone_before_it_is_acknowledged();
	fewer_rights_are_a_reduction();
	whole_blocks_and_single_additions();
	a_dirty_page_is_noticed();
	pages_beyond_the_memory_object_come_when_it_grows();
	what_no_guest_may_do_ends_it();
	return check_report();
}
