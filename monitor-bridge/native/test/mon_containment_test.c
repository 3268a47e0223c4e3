/* A guest can use what its view gives and nothing else; what is taken away is gone before it is acknowledged. Real processes. */
#include "check.h"
#include "mon_world.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BASE (1ull << 44)
#define PARTITION "guest-7"

struct scene {
	const char *directory;
	volatile uint8_t *memory;
	struct builder *view;
	pid_t monitor, guest;
	uint64_t nonce;
};

static struct builder *view_of(const char *directory, const char *replica, uint64_t generation)
{
	struct builder_options options = builder_defaults();
	char path[UV_PATH_SIZE];
	uv_error error;
	uv_path(path, directory, UV_FILE_VIEW, replica, PARTITION, &error);
	options.generation = generation;
	options.replica_name = replica;
	options.node_capacity = 512;
	return builder_open(path, &options);
}

/* Frames 16 to 23 at guest pages 0 to 7, and one read-only page, frame 40 at page 100. Attached at sequence 5 with incarnation 3. */
static struct scene begin(const char *name, const char *option, const char *value)
{
	struct scene s = { .directory = world_make(name) };
	s.memory = world_memory(s.directory, 4096);
	s.view = view_of(s.directory, "r1", 1);
	if (option)
		s.monitor = world_start("ultramonitor", "--dir", s.directory, "--partition", PARTITION, option, value, (char *)NULL);
	else
		s.monitor = world_start("ultramonitor", "--dir", s.directory, "--partition", PARTITION, (char *)NULL);
	s.nonce = world_nonce(s.directory, PARTITION, 0);
	builder_attach(s.view, s.nonce, 3, 5);
	builder_partition_state(s.view, UV_RUNNING);
	for (uint64_t i = 0; i < 8; i++)
		builder_put(s.view, i, 0, 16 + i, UV_READ | UV_WRITE);
	builder_put(s.view, 100, 0, 40, UV_READ);
	builder_publish(s.view, 5);
	CHECK(world_counted(s.directory, PARTITION, GOOD, 20), "the guest does not work");
	s.guest = world_guest_of(s.monitor);
	return s;
}

static void end(struct scene *s)
{
	kill(s->monitor, SIGTERM);
	CHECK(world_wait(s->monitor, 10) == 0, "SIGTERM ends a monitor cleanly");
	CHECK(!world_alive(s->guest), "the guest outlived its monitor");
	CHECK(world_statistic(s->directory, PARTITION, BAD) == 0, "%llu bad checks", (unsigned long long)world_statistic(s->directory, PARTITION, BAD));
	builder_close(s->view);
}

static void a_guest_has_what_its_view_gives(void)
{
	check_case("a guest has exactly what its view gives, with those rights");
	struct scene s = begin("exactly", NULL, NULL);
	uv_run runs[8];
	size_t count = world_mappings(s.guest, BASE, runs, 8);
	CHECK(count == 2, "%zu mappings", count);
	CHECK(runs[0].guest == 0 && runs[0].frame == 16 && runs[0].count == 8 && runs[0].rights == (UV_READ | UV_WRITE), "the first run");
	CHECK(runs[1].guest == 100 && runs[1].frame == 40 && runs[1].count == 1 && runs[1].rights == UV_READ, "the second run");
	CHECK(world_acknowledged(s.directory, PARTITION, 3, 5), "(3, 5) is acknowledged");
	CHECK(world_counted(s.directory, PARTITION, FAULTS, 3), "accesses to what it does not have are stopped");
	CHECK(!world_frame_zero(s.memory, 16), "what the guest writes is in host memory");
	CHECK(world_frame_zero(s.memory, 40), "a read-only page was written");
	end(&s);
}

static void a_revoked_page_is_gone_before_it_is_acknowledged(void)
{
	check_case("a revoked page is gone before it is acknowledged");
	struct scene s = begin("revoked", NULL, NULL);
	for (uint64_t sequence = 6; sequence < 40; sequence++) {
		uint64_t page = sequence % 8;
		uv_run runs[16];
		builder_remove(s.view, page, 0);
		builder_publish(s.view, sequence);
		CHECK(world_acknowledged(s.directory, PARTITION, 3, sequence), "sequence %d", (int)sequence);
		/* From here on the frame may belong to somebody else. */
		size_t count = world_mappings(s.guest, BASE, runs, 16);
		for (size_t i = 0; i < count && i < 16; i++)
			CHECK(page - runs[i].guest >= runs[i].count, "page %d is still mapped", (int)page);
		world_fill_frame(s.memory, 16 + page, 0);
		builder_put(s.view, page, 0, 16 + page, UV_READ | UV_WRITE);
		builder_publish(s.view, ++sequence);
	}
	uint64_t faults = world_statistic(s.directory, PARTITION, FAULTS);
	builder_remove(s.view, 3, 0);
	builder_publish(s.view, 50);
	CHECK(world_acknowledged(s.directory, PARTITION, 3, 50), "sequence 50");
	CHECK(world_counted(s.directory, PARTITION, FAULTS, faults + 2), "the guest's accesses to it are stopped");
	end(&s);
}

int main(void)
{
	a_guest_has_what_its_view_gives();
	a_revoked_page_is_gone_before_it_is_acknowledged();
	return check_report();
}
