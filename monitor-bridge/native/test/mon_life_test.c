/* A monitor's life: its lock, its death, which view it follows, and what makes it stop its guest. Real processes. */
#include "check.h"
#include "mon_scene.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static int lock_held(const struct scene *s)
{
	char path[UV_PATH_SIZE];
	uv_error error;
	uv_path(path, s->directory, UV_FILE_MONITOR_LOCK, NULL, SCENE_PARTITION, &error);
	return uv_lock_probe(path, &error);
}

static bool lock_free(void *context)
{
	return lock_held(context) == 0;
}

static bool acknowledged(const struct scene *s, uint64_t incarnation, uint64_t sequence)
{
	return world_acknowledged(s->directory, SCENE_PARTITION, incarnation, sequence);
}

static uint64_t statistic(const struct scene *s, unsigned index)
{
	return world_statistic(s->directory, SCENE_PARTITION, index);
}

static bool works(const struct scene *s)
{
	return world_counted(s->directory, SCENE_PARTITION, GOOD, statistic(s, GOOD) + 50);
}

static void one_monitor_a_partition(void)
{
	check_case("a partition has one monitor; a second one fails or waits");
	struct scene s = scene_begin("one", NULL, NULL);
	pid_t second = world_start("ultramonitor", "--dir", s.directory, "--partition", SCENE_PARTITION, (char *)NULL);
	CHECK(world_wait(second, 10) == 3, "the second one should refuse");
	pid_t third = world_start("ultramonitor", "--dir", s.directory, "--partition", SCENE_PARTITION, "--wait", (char *)NULL);
	scene_end(&s);
	uint64_t nonce = world_nonce(s.directory, SCENE_PARTITION, s.nonce);
	CHECK(nonce != 0, "the one that waits takes over");
	kill(third, SIGTERM);
	CHECK(world_wait(third, 10) == 0, "a clean end before it was attached");
}

static void a_dead_monitor_takes_its_guest_along(void)
{
	check_case("a killed monitor's guest dies, then the lock is free; the next one never uses a view below its floor");
	struct scene s = scene_begin("killed", NULL, NULL);
	uv_run runs[8];
	CHECK(lock_held(&s) == 1, "held while it lives");
	kill(s.monitor, SIGKILL);
	CHECK(world_wait(s.monitor, 10) == 128 + SIGKILL, "killed");
	CHECK(scene_gone(s.guest), "the guest lives on");
	CHECK(world_until(lock_free, &s, 10), "the lock is never released");
	s.monitor = world_start("ultramonitor", "--dir", s.directory, "--partition", SCENE_PARTITION, (char *)NULL);
	uint64_t nonce = world_nonce(s.directory, SCENE_PARTITION, s.nonce);
	/* r2 knows the new attachment at 20, where page 0 is gone; r1 is still at 5, where it was ours. */
	struct builder *other = scene_view(s.directory, "r2", 2, 1);
	scene_fill(other, nonce);
	builder_attach(other, nonce, 4, 20);
	builder_remove(other, 0, 0);
	builder_publish(other, 20);
	CHECK(acknowledged(&s, 4, 20), "(4, 20)");
	CHECK(works(&s), "the new guest works");
	s.guest = world_guest_of(s.monitor);
	CHECK(world_mappings(s.guest, SCENE_BASE, runs, 8) == 2 && runs[0].guest == 1, "a page of the old view was mapped");
	scene_end(&s);
	builder_close(other);
}

static void a_stopped_monitor_holds_its_pages(void)
{
	check_case("a stopped monitor acknowledges nothing and holds its lock");
	struct scene s = scene_begin("stopped", NULL, NULL);
	struct world_ack ack;
	kill(s.monitor, SIGSTOP);
	builder_remove(s.view, 0, 0);
	builder_publish(s.view, 6);
	usleep(50000); /* nothing to wait for: it must not happen */
	CHECK(world_ack(s.directory, SCENE_PARTITION, &ack) && ack.acknowledged == 5, "acknowledged while stopped");
	CHECK(lock_held(&s) == 1, "the lock is held");
	kill(s.monitor, SIGCONT);
	CHECK(acknowledged(&s, SCENE_INCARNATION, 6), "it goes on where it was");
	scene_end(&s);
}

static void the_freshest_view_and_never_back(void)
{
	check_case("the freshest view is followed, never one below what was used");
	struct scene s = scene_begin("freshest", NULL, NULL);
	uv_run runs[8];
	struct builder *other = scene_view(s.directory, "r2", 2, 1);
	scene_fill(other, s.nonce);
	builder_remove(other, 0, 0);
	builder_publish(other, 9);
	CHECK(acknowledged(&s, SCENE_INCARNATION, 9), "(3, 9), from r2");
	builder_retire(other, 0);
	builder_publish(s.view, 7); /* r1 lives and is behind */
	CHECK(works(&s), "without a usable view it goes on");
	CHECK(world_mappings(s.guest, SCENE_BASE, runs, 8) == 2 && runs[0].guest == 1, "it went back to r1's old view");
	builder_remove(s.view, 0, 0);
	builder_remove(s.view, 1, 0);
	builder_publish(s.view, 10);
	CHECK(acknowledged(&s, SCENE_INCARNATION, 10), "(3, 10), from r1 again");
	CHECK(world_mappings(s.guest, SCENE_BASE, runs, 8) == 2 && runs[0].guest == 2, "the view at 10");
	CHECK(world_counted(s.directory, SCENE_PARTITION, SWITCHES, 2), "two switches");
	scene_end(&s);
	builder_close(other);
}

static void no_replica_is_left(void)
{
	check_case("without any replica the guest goes on; a later generation is taken up");
	struct scene s = scene_begin("alone", NULL, NULL);
	builder_retire(s.view, 0);
	CHECK(works(&s), "it goes on");
	CHECK(statistic(&s, MAPPED) == 9, "with what it has");
	struct builder *next = scene_view(s.directory, "r1", 8, 1);
	scene_fill(next, s.nonce);
	builder_put(next, 30, 0, 90, UV_READ | UV_WRITE);
	builder_publish(next, 12);
	CHECK(acknowledged(&s, SCENE_INCARNATION, 12), "(3, 12)");
	CHECK(world_counted(s.directory, SCENE_PARTITION, MAPPED, 10), "the new page");
	scene_end(&s);
	builder_close(next);
}

static void a_failed_revocation_stops_the_guest(void)
{
	check_case("a mapping that cannot be removed stops the guest, and is not acknowledged before");
	struct scene s = scene_begin("closed", "--fail-unmap", "2");
	builder_remove(s.view, 0, 0);
	builder_publish(s.view, 6);
	CHECK(acknowledged(&s, SCENE_INCARNATION, 6), "the first one works");
	builder_remove(s.view, 1, 0);
	builder_publish(s.view, 7);
	CHECK(world_wait(s.monitor, 10) == 4, "exit code 4");
	CHECK(!world_alive(s.guest), "the guest lives on");
	CHECK(lock_held(&s) == 0, "the lock is still held");
	CHECK(statistic(&s, EXIT_REASON) == UV_EXIT_CONTAINMENT, "the reason is in the file");
	struct world_ack ack;
	CHECK(world_ack(s.directory, SCENE_PARTITION, &ack) && ack.acknowledged == 6, "7 was acknowledged");
	builder_close(s.view);
}

static void a_dead_guest_or_mapper_ends_the_monitor(void)
{
	check_case("a monitor ends when its guest or its mapper does");
	struct scene s = scene_begin("guest-dies", NULL, NULL);
	kill(s.guest, SIGKILL);
	CHECK(world_wait(s.monitor, 10) == 5, "exit code 5");
	CHECK(lock_held(&s) == 0, "the lock is still held");
	builder_close(s.view);
	s = scene_begin("mapper-dies", NULL, NULL);
	pid_t mapper = world_mapper_of(s.monitor);
	CHECK(mapper > 0 && mapper != s.guest, "there is a mapper");
	kill(mapper, SIGKILL);
	CHECK(world_wait(s.monitor, 10) == 4, "exit code 4");
	CHECK(!world_alive(s.guest), "the guest lives on");
	builder_close(s.view);
}

static void state_is(struct scene *s, uint64_t partition_state, uint64_t sequence)
{
	builder_partition_state(s->view, partition_state);
	builder_publish(s->view, sequence);
	CHECK(acknowledged(s, SCENE_INCARNATION, sequence), "sequence %d", (int)sequence);
}

static bool no_guest(void *context)
{
	return world_guest_of(*(pid_t *)context) == 0;
}

static void the_partition_state_rules_the_guest(void)
{
	check_case("paused, resumed, stopped, started again, destroyed");
	struct scene s = scene_begin("states", NULL, NULL);
	state_is(&s, UV_PAUSED, 6);
	uint64_t progress = 0;
	for (int i = 0; i < 1000 && progress != statistic(&s, PROGRESS); i++) {
		progress = statistic(&s, PROGRESS);
		usleep(30000); /* longer than the monitor's turn */
	}
	CHECK(progress == statistic(&s, PROGRESS), "a paused guest works");
	CHECK(world_alive(s.guest) && statistic(&s, MAPPED) == 9, "paused, not gone");
	state_is(&s, UV_RUNNING, 7);
	CHECK(works(&s), "it goes on");
	state_is(&s, UV_STOPPED, 8);
	CHECK(world_until(no_guest, &s.monitor, 10), "stopped");
	CHECK(statistic(&s, MAPPED) == 0, "nothing is mapped");
	state_is(&s, UV_RUNNING, 9);
	CHECK(works(&s), "a new guest finds what the old one left");
	s.guest = world_guest_of(s.monitor);
	CHECK(statistic(&s, BAD) == 0, "%d bad checks", (int)statistic(&s, BAD));
	kill(s.monitor, SIGSTOP); /* it sees the view only when that is retired and its name is gone */
	builder_partition_state(s.view, UV_DESTROYED);
	builder_publish(s.view, 10);
	builder_retire(s.view, 0);
	char path[UV_PATH_SIZE];
	uv_error error;
	CHECK(uv_path(path, s.directory, UV_FILE_VIEW, "r1", SCENE_PARTITION, &error) == UV_OK && unlink(path) == 0, "unlink");
	kill(s.monitor, SIGCONT);
	CHECK(world_wait(s.monitor, 10) == 0, "exit code 0");
	CHECK(acknowledged(&s, SCENE_INCARNATION, 10), "the destruction is acknowledged");
	CHECK(!world_alive(s.guest), "the guest lives on");
	builder_close(s.view);
}

static void a_fenced_monitor_ends(void)
{
	check_case("a monitor whose attachment was ended stops its guest");
	struct scene s = scene_begin("fenced", NULL, NULL);
	builder_attach(s.view, 0, 0, 0);
	builder_publish(s.view, 6);
	CHECK(world_wait(s.monitor, 10) == 6, "exit code 6");
	CHECK(!world_alive(s.guest), "the guest lives on");
	builder_close(s.view);
}

static void nothing_happens_before_the_attachment(void)
{
	check_case("a monitor that is not attached starts nothing and acknowledges nothing");
	struct world_ack ack;
	const char *directory = world_make("unattached");
	world_memory(directory, 4096);
	struct builder *view = scene_view(directory, "r1", 1, 1);
	scene_fill(view, 12345); /* somebody else's */
	builder_publish(view, 5);
	pid_t monitor = world_start("ultramonitor", "--dir", directory, "--partition", SCENE_PARTITION, (char *)NULL);
	uint64_t nonce = world_nonce(directory, SCENE_PARTITION, 0);
	usleep(50000); /* nothing to wait for: it must not happen */
	CHECK(world_ack(directory, SCENE_PARTITION, &ack) && ack.acknowledged == 0 && ack.incarnation == 0, "it acknowledged");
	CHECK(world_guest_of(monitor) == 0, "it started a guest");
	builder_attach(view, nonce, 9, 6);
	builder_publish(view, 6);
	CHECK(world_acknowledged(directory, SCENE_PARTITION, 9, 6), "(9, 6)");
	kill(monitor, SIGTERM);
	CHECK(world_wait(monitor, 10) == 0, "a clean end");
	builder_close(view);
}

static void bad_options_are_refused(void)
{
	check_case("bad options are refused");
	CHECK(world_wait(world_start("ultramonitor", (char *)NULL), 10) == 2, "no --dir");
	CHECK(world_wait(world_start("ultramonitor", "--dir", "/tmp", (char *)NULL), 10) == 2, "no --partition");
	CHECK(world_wait(world_start("ultramonitor", "--dir", "/tmp", "--partition", "p", "--base", "12", (char *)NULL), 10) == 2, "--base 12");
	CHECK(world_wait(world_start("ultramonitor", "--dir", "/tmp", "--partition", "p", "--span", "-4096", (char *)NULL), 10) == 2, "--span -4096");
	CHECK(world_wait(world_start("ultramonitor", "--help", (char *)NULL), 10) == 0, "--help");
	CHECK(world_wait(world_start("ultramonitor", "--dir", check_directory(), "--partition", "a/b", (char *)NULL), 10) == 1, "'a/b' is no partition");
}

int main(void)
{
	one_monitor_a_partition();
	a_dead_monitor_takes_its_guest_along();
	a_stopped_monitor_holds_its_pages();
	the_freshest_view_and_never_back();
	no_replica_is_left();
	a_failed_revocation_stops_the_guest();
	a_dead_guest_or_mapper_ends_the_monitor();
	the_partition_state_rules_the_guest();
	a_fenced_monitor_ends();
	nothing_happens_before_the_attachment();
	bad_options_are_refused();
	return check_report();
}
