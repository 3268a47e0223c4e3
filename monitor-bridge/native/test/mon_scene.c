#include "mon_scene.h"

#include "check.h"

#include <signal.h>

struct builder *scene_view(const char *directory, const char *replica, uint64_t generation, uint64_t serial)
{
	struct builder_options options = builder_defaults();
	char path[UV_PATH_SIZE];
	uv_error error;
	uv_path(path, directory, UV_FILE_VIEW, replica, SCENE_PARTITION, &error);
	options.generation = generation;
	options.serial = serial;
	options.replica_name = replica;
	options.node_capacity = 512;
	return builder_open(path, &options);
}

void scene_fill(struct builder *view, uint64_t nonce)
{
	builder_attach(view, nonce, SCENE_INCARNATION, SCENE_SEQUENCE);
	builder_partition_state(view, UV_RUNNING);
	for (uint64_t i = 0; i < SCENE_PAGES; i++)
		builder_put(view, i, 0, SCENE_FRAME + i, UV_READ | UV_WRITE);
	builder_put(view, SCENE_READ_ONLY_PAGE, 0, SCENE_READ_ONLY_FRAME, UV_READ);
}

struct scene scene_begin(const char *name, const char *option, const char *value)
{
	struct scene s = { .directory = world_make(name) };
	s.memory = world_memory(s.directory, 4096);
	s.view = scene_view(s.directory, "r1", 1, 1);
	s.monitor = world_start("ultramonitor", "--dir", s.directory, "--partition", SCENE_PARTITION, option, value, (char *)NULL);
	s.nonce = world_nonce(s.directory, SCENE_PARTITION, 0);
	scene_fill(s.view, s.nonce);
	builder_publish(s.view, SCENE_SEQUENCE);
	CHECK(world_counted(s.directory, SCENE_PARTITION, GOOD, 20), "the guest does not work");
	s.guest = world_guest_of(s.monitor);
	return s;
}

void scene_end(struct scene *s)
{
	uint64_t bad;
	kill(s->monitor, SIGTERM);
	CHECK(world_wait(s->monitor, 10) == 0, "SIGTERM ends a monitor cleanly");
	CHECK(!world_alive(s->guest), "the guest outlived its monitor");
	bad = world_statistic(s->directory, SCENE_PARTITION, BAD);
	CHECK(bad == 0, "%d bad checks", (int)bad);
	builder_close(s->view);
}

static bool is_gone(void *context)
{
	return !world_alive(*(pid_t *)context);
}

bool scene_gone(pid_t pid)
{
	return world_until(is_gone, &pid, 10);
}
