/* The host agent: scrubs what is ready and nothing else, sees when a monitor is gone, one a host. Real processes. */
#include "check.h"
#include "host_builder.h"
#include "mon_scene.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGES = 4096, INCARNATION = 6 };

struct host {
	const char *directory;
	volatile uint8_t *memory;
	struct host_builder *view;
	pid_t agent;
	uint64_t nonce;
	uv_host_state state;
	uv_scrub scrubs[8];
	uv_expected_monitor monitors[4];
};

/* ---- host.ack as a replica reads it */

struct answer {
	uint64_t nonce, memory_size, sequence, incarnation, scrubbed[4096], dead[1024][2];
};

static bool read_answer(const char *directory, struct answer *answer)
{
	static uint64_t words[(0x1000 + 8 * 4096 + 16 * 1024) / 8];
	char path[UV_PATH_SIZE];
	snprintf(path, sizeof path, "%s/host.ack", directory);
	int descriptor = open(path, O_RDONLY);
	if (descriptor < 0)
		return false;
	ssize_t length = read(descriptor, words, sizeof words);
	close(descriptor);
	if (length != sizeof words)
		return false;
	*answer = (struct answer){ .nonce = words[2], .memory_size = words[0x11], .sequence = words[0x20], .incarnation = words[0x21] };
	memcpy(answer->scrubbed, words + 0x200, sizeof answer->scrubbed);
	memcpy(answer->dead, words + 0x200 + 4096, sizeof answer->dead);
	return true;
}

struct question {
	const struct host *host;
	uint64_t value;
	struct answer answer;
};

static bool has_another_nonce(void *context)
{
	struct question *q = context;
	return read_answer(q->host->directory, &q->answer) && q->answer.nonce != q->value;
}

static bool has_scrubbed(void *context)
{
	struct question *q = context;
	bool found = false;
	if (!read_answer(q->host->directory, &q->answer))
		return false;
	for (int i = 0; i < 4096; i++)
		found |= q->answer.scrubbed[i] == q->value;
	return found && q->answer.incarnation == INCARNATION;
}

static bool has_dead(void *context)
{
	struct question *q = context;
	bool found = false;
	if (!read_answer(q->host->directory, &q->answer))
		return false;
	for (int i = 0; i < 1024; i++)
		found |= q->answer.dead[i][0] == q->value;
	return found;
}

static bool has_reached(void *context)
{
	struct question *q = context;
	return read_answer(q->host->directory, &q->answer) && q->answer.sequence >= q->value;
}

static bool ask(const struct host *host, bool (*question)(void *), uint64_t value, unsigned seconds)
{
	static struct question q;
	q = (struct question){ .host = host, .value = value };
	return world_until(question, &q, seconds);
}

/* ---- the scene */

static void publish(struct host *h, uint64_t sequence)
{
	h->state.sequence = sequence;
	h->state.scrubs = h->scrubs;
	h->state.monitors = h->monitors;
	host_builder_publish(h->view, &h->state);
}

static void start_agent(struct host *h)
{
	static struct question q;
	h->agent = world_start("ultrahost", "--dir", h->directory, "--host", "h1", "--size", "16777216", (char *)NULL);
	q = (struct question){ .host = h, .value = h->nonce };
	CHECK(world_until(has_another_nonce, &q, 10), "the agent makes no host.ack");
	h->nonce = q.answer.nonce;
}

/* Bytes of real memory behind the memory object. */
static uint64_t memory_taken(const struct host *h)
{
	struct stat status = { 0 };
	char path[UV_PATH_SIZE];
	snprintf(path, sizeof path, "%s/memory", h->directory);
	stat(path, &status);
	return (uint64_t)status.st_blocks * 512;
}

/* An agent that is not attached yet. */
static struct host begin(const char *name)
{
	struct host h = { .directory = world_make(name) };
	char path[UV_PATH_SIZE];
	snprintf(path, sizeof path, "%s/views/r1/host-view", h.directory);
	h.view = host_builder_open(path, "r1", 1);
	start_agent(&h);
	h.memory = world_memory(h.directory, PAGES);
	return h;
}

static void attach(struct host *h, uint64_t sequence)
{
	h->state.nonce = h->nonce;
	h->state.incarnation = INCARNATION;
	h->state.floor = sequence;
	publish(h, sequence);
}

static void end(struct host *h)
{
	kill(h->agent, SIGTERM);
	CHECK(world_wait(h->agent, 10) == 0, "SIGTERM ends an agent cleanly");
	host_builder_close(h->view);
}

static void ready_pages_are_scrubbed_and_no_others(void)
{
	check_case("what is ready is zeroed and answered, what is not ready stays");
	struct host h = begin("scrub");
	for (uint64_t frame = 0; frame < 16; frame++)
		world_fill_frame(h.memory, frame, 0xcd);
	h.scrubs[0] = (uv_scrub){ .revocation = 100, .first_frame = 2, .count = 3, .ready = 1 };
	h.scrubs[1] = (uv_scrub){ .revocation = 101, .first_frame = 8, .count = 2, .ready = 0 };
	h.state.scrub_count = 2;
	publish(&h, 9);
	usleep(50000); /* nothing to wait for: it must not happen */
	CHECK(!world_frame_zero(h.memory, 2), "scrubbed before it was attached");
	attach(&h, 10);
	CHECK(ask(&h, has_scrubbed, 100, 10), "revocation 100 is not answered");
	CHECK(memory_taken(&h) == 13 * UV_PAGE_SIZE, "zeros take memory: %d bytes", (int)memory_taken(&h));
	for (uint64_t frame = 0; frame < 16; frame++)
		CHECK(world_frame_zero(h.memory, frame) == (frame >= 2 && frame < 5), "frame %d", (int)frame);
	world_fill_frame(h.memory, 3, 0xee); /* its new owner, once the ledger knows */
	publish(&h, 11);		     /* 100 is still in the list of a slower replica */
	CHECK(ask(&h, has_reached, 11, 10), "sequence 11");
	h.scrubs[0] = (uv_scrub){ .revocation = 101, .first_frame = 8, .count = 2, .ready = 1 };
	h.state.scrub_count = 1;
	publish(&h, 12);
	CHECK(ask(&h, has_scrubbed, 101, 10), "revocation 101 is not answered");
	CHECK(world_frame_zero(h.memory, 8) && world_frame_zero(h.memory, 9), "frames 8 and 9");
	CHECK(!world_frame_zero(h.memory, 3), "a page was scrubbed twice");
	end(&h);
}

static void one_agent_a_host(void)
{
	check_case("a host has one agent; the next one is another incarnation");
	struct host h = begin("one-agent");
	CHECK(world_wait(world_start("ultrahost", "--dir", h.directory, "--host", "h1", (char *)NULL), 10) == 3, "the second one should refuse");
	attach(&h, 10);
	CHECK(ask(&h, has_reached, 10, 10), "attached");
	kill(h.agent, SIGKILL);
	CHECK(world_wait(h.agent, 10) == 128 + SIGKILL, "killed");
	world_fill_frame(h.memory, 2, 0xcd);
	h.scrubs[0] = (uv_scrub){ .revocation = 100, .first_frame = 2, .count = 3, .ready = 1 };
	h.state.scrub_count = 1;
	publish(&h, 11);
	start_agent(&h);
	usleep(50000); /* nothing to wait for: it must not happen */
	CHECK(!world_frame_zero(h.memory, 2), "it acts on its predecessor's attachment");
	attach(&h, 12);
	CHECK(ask(&h, has_scrubbed, 100, 10), "it does what was left");
	end(&h);
}

/* Replaces what scene_begin does without a host agent. */
static pid_t monitor_at(struct host *h, struct builder **view, uint64_t incarnation)
{
	pid_t monitor = world_start("ultramonitor", "--dir", h->directory, "--partition", SCENE_PARTITION, (char *)NULL);
	uint64_t nonce = world_nonce(h->directory, SCENE_PARTITION, h->monitors[0].nonce);
	*view = scene_view(h->directory, "r1", incarnation, 1);
	scene_fill(*view, nonce);
	builder_attach(*view, nonce, incarnation, SCENE_SEQUENCE);
	builder_publish(*view, SCENE_SEQUENCE);
	h->monitors[0] = (uv_expected_monitor){ .partition = 7, .incarnation = incarnation, .nonce = nonce };
	strcpy(h->monitors[0].name, SCENE_PARTITION);
	h->state.monitor_count = 1;
	CHECK(world_counted(h->directory, SCENE_PARTITION, GOOD, 20), "the guest does not work");
	return monitor;
}

static void a_dead_monitor_is_evident(void)
{
	check_case("a monitor is reported dead when the kernel has released its lock, not before");
	struct host h = begin("evidence");
	struct builder *view;
	pid_t monitor = monitor_at(&h, &view, 3);
	attach(&h, 10);
	CHECK(ask(&h, has_reached, 10, 10), "attached");
	kill(monitor, SIGSTOP);
	publish(&h, 11);
	CHECK(ask(&h, has_reached, 11, 10), "sequence 11");
	CHECK(!ask(&h, has_dead, 3, 0), "a stopped monitor is not dead");
	pid_t guest = world_guest_of(monitor);
	kill(monitor, SIGKILL);
	CHECK(ask(&h, has_dead, 3, 10), "its death is not seen");
	CHECK(!world_alive(guest), "its guest lives on");
	CHECK(world_wait(monitor, 10) == 128 + SIGKILL, "killed");
	builder_close(view);
	/* The ledger fences it and attaches the next one; the report goes, and none comes for the next. */
	monitor = monitor_at(&h, &view, 4);
	publish(&h, 12);
	CHECK(ask(&h, has_reached, 12, 10), "sequence 12");
	publish(&h, 13);
	CHECK(ask(&h, has_reached, 13, 10), "sequence 13");
	CHECK(!ask(&h, has_dead, 3, 0) && !ask(&h, has_dead, 4, 0), "nobody is dead");
	kill(monitor, SIGTERM);
	CHECK(ask(&h, has_dead, 4, 10), "also one that ends cleanly is gone");
	CHECK(world_wait(monitor, 10) == 0, "a clean end");
	builder_close(view);
	end(&h);
}

static void another_process_with_the_lock_is_evidence(void)
{
	check_case("a monitor whose successor holds the lock is dead");
	struct host h = begin("superseded");
	struct builder *view;
	pid_t monitor = monitor_at(&h, &view, 4);
	h.monitors[1] = (uv_expected_monitor){ .partition = 7, .incarnation = 2, .nonce = 4711 };
	strcpy(h.monitors[1].name, SCENE_PARTITION);
	h.state.monitor_count = 2;
	attach(&h, 10);
	CHECK(ask(&h, has_dead, 2, 10), "the predecessor is dead");
	CHECK(!ask(&h, has_dead, 4, 0), "the one with the lock is not");
	kill(monitor, SIGTERM);
	CHECK(world_wait(monitor, 10) == 0, "a clean end");
	builder_close(view);
	end(&h);
}

static void the_memory_object_is_as_large_as_the_window(void)
{
	check_case("the memory object is the whole window by default, never shrinks, and takes no memory");
	struct stat status;
	char path[UV_PATH_SIZE];
	struct host h = { .directory = world_make("size") };
	snprintf(path, sizeof path, "%s/memory", h.directory);
	start_agent(&h);
	kill(h.agent, SIGTERM);
	CHECK(world_wait(h.agent, 10) == 0 && stat(path, &status) == 0 && status.st_size == 16777216, "--size 16777216");
	pid_t agent = world_start("ultrahost", "--dir", h.directory, "--host", "h1", (char *)NULL);
	static struct question q;
	q = (struct question){ .host = &h, .value = h.nonce };
	CHECK(world_until(has_another_nonce, &q, 10), "the agent makes no host.ack");
	CHECK(stat(path, &status) == 0 && status.st_size > 1ll << 40, "the window");
	CHECK(memory_taken(&h) == 0, "it takes memory");
	CHECK(q.answer.memory_size == (uint64_t)status.st_size, "and it says so");
	kill(agent, SIGTERM);
	CHECK(world_wait(agent, 10) == 0, "a clean end");
}

static void bad_options_are_refused(void)
{
	check_case("bad options are refused");
	CHECK(world_wait(world_start("ultrahost", (char *)NULL), 10) == 2, "no --dir");
	CHECK(world_wait(world_start("ultrahost", "--dir", "/tmp", (char *)NULL), 10) == 2, "no --host");
	CHECK(world_wait(world_start("ultrahost", "--dir", "/tmp", "--host", "h", "--size", "4095", (char *)NULL), 10) == 2, "--size 4095");
	CHECK(world_wait(world_start("ultrahost", "--dir", "/tmp", "--host", "h", "more", (char *)NULL), 10) == 2, "more");
	CHECK(world_wait(world_start("ultrahost", "--help", (char *)NULL), 10) == 0, "--help");
}

int main(void)
{
	ready_pages_are_scrubbed_and_no_others();
	one_agent_a_host();
	a_dead_monitor_is_evident();
	another_process_with_the_lock_is_evidence();
	the_memory_object_is_as_large_as_the_window();
	bad_options_are_refused();
	return check_report();
}
