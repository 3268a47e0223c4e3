/* Two guests exchange host pages as the ledger would let them: taken from one, acknowledged, zeroed, given to the other. Two replicas publish; the second one is
 * behind by a random number of steps and is now and then replaced by a later generation. Judges: the kernel's list of mappings against a model, and the guests' own checks.
 * Planted faults: giving a page away without waiting for the acknowledgement, or without zeroing it, must be found by the guests. */
#include "check.h"
#include "mon_world.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 48, GUEST_PAGES = 96, PARTITIONS = 2, REPLICAS = 2, NOBODY = -1, HISTORY = 4096 };

#define BASE (1ull << 44)

static const char *const names[PARTITIONS] = { "guest-7", "guest-8" };
static const char *const replicas[REPLICAS] = { "r1", "r2" };

/* One change of one partition's map: `frame` at `page`, or the page taken away. */
struct step {
	int partition;
	uint64_t page, frame;
	bool given;
};

struct world {
	const char *directory;
	volatile uint8_t *memory;
	pid_t monitors[PARTITIONS];
	uint64_t nonces[PARTITIONS];
	struct builder *views[PARTITIONS][REPLICAS];
	uint64_t generation;
	struct step history[HISTORY]; /* step i is ledger sequence i + START */
	size_t steps, published[REPLICAS];
	int owner[FRAMES];
	uint64_t page_of[FRAMES];
	uint64_t random;
	bool wait, zero; /* as it must be; false plants a fault */
};

enum { START = 10 };

static uint64_t below(struct world *w, uint64_t most)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return (w->random >> 11) % most;
}

static struct builder *open_view(struct world *w, int partition, int replica)
{
	struct builder_options options = builder_defaults();
	char path[UV_PATH_SIZE];
	uv_error error;
	uv_path(path, w->directory, UV_FILE_VIEW, replicas[replica], names[partition], &error);
	options.generation = ++w->generation;
	options.partition = 7 + (uint64_t)partition;
	options.partition_name = names[partition];
	options.replica_name = replicas[replica];
	options.node_capacity = 1024;
	struct builder *view = builder_open(path, &options);
	builder_attach(view, w->nonces[partition], 3, START);
	builder_partition_state(view, UV_RUNNING);
	return view;
}

static void put(struct world *w, int replica, const struct step *step)
{
	struct builder *view = w->views[step->partition][replica];
	if (step->given)
		builder_put(view, step->page, 0, step->frame, UV_READ | UV_WRITE);
	else
		builder_remove(view, step->page, 0);
}

/* A replica catches up to `steps`. Both partitions' views say so, also the one in which nothing changed. */
static void publish(struct world *w, int replica, size_t steps)
{
	for (size_t i = w->published[replica]; i < steps; i++) {
		put(w, replica, &w->history[i]);
		builder_publish(w->views[w->history[i].partition][replica], START + 1 + i);
		builder_advance(w->views[1 - w->history[i].partition][replica], START + 1 + i);
	}
	w->published[replica] = steps;
}

/* A replica starts again: new files, as of the steps that it had published. */
static void restart(struct world *w, int replica)
{
	for (int p = 0; p < PARTITIONS; p++) {
		struct builder *old = w->views[p][replica];
		w->views[p][replica] = open_view(w, p, replica);
		for (size_t i = 0; i < w->published[replica]; i++)
			if (w->history[i].partition == p)
				put(w, replica, &w->history[i]);
		builder_publish(w->views[p][replica], START + w->published[replica]);
		builder_retire(old, 0);
		builder_close(old);
	}
}

static struct world *begin(const char *name, uint64_t seed)
{
	struct world *w = calloc(1, sizeof *w);
	w->directory = world_make(name);
	w->memory = world_memory(w->directory, FRAMES);
	w->random = seed | 1;
	w->wait = w->zero = true;
	for (int p = 0; p < PARTITIONS; p++) {
		w->monitors[p] = world_start("ultramonitor", "--dir", w->directory, "--partition", names[p], "--guest", world_program("ultraguest"), "--pace-us", "200", (char *)NULL);
		w->nonces[p] = world_nonce(w->directory, names[p], 0);
		for (int r = 0; r < REPLICAS; r++) {
			w->views[p][r] = open_view(w, p, r);
			builder_publish(w->views[p][r], START);
		}
	}
	for (int f = 0; f < FRAMES; f++)
		w->owner[f] = NOBODY;
	return w;
}

static void end(struct world *w)
{
	for (int p = 0; p < PARTITIONS; p++) {
		kill(w->monitors[p], SIGTERM);
		CHECK(world_wait(w->monitors[p], 10) == 0, "a clean end");
		for (int r = 0; r < REPLICAS; r++)
			builder_close(w->views[p][r]);
	}
	free(w);
}

static bool page_free(const struct world *w, int partition, uint64_t page)
{
	for (int f = 0; f < FRAMES; f++)
		if (w->owner[f] == partition && w->page_of[f] == page)
			return false;
	return true;
}

static void take(struct world *w, uint64_t frame)
{
	w->history[w->steps++] = (struct step){ .partition = w->owner[frame], .page = w->page_of[frame], .frame = frame };
}

static void give(struct world *w, uint64_t frame, int partition)
{
	uint64_t page = below(w, GUEST_PAGES);
	while (!page_free(w, partition, page))
		page = (page + 1) % GUEST_PAGES;
	w->owner[frame] = partition;
	w->page_of[frame] = page;
	w->history[w->steps++] = (struct step){ .partition = partition, .page = page, .frame = frame, .given = true };
}

static bool acknowledged(const struct world *w, int partition)
{
	return CHECK(world_acknowledged(w->directory, names[partition], 3, START + w->steps), "%s does not acknowledge %d", names[partition], (int)(START + w->steps));
}

/* What the kernel has mapped is what the model says, page by page. */
static void mappings_are_right(const struct world *w)
{
	for (int p = 0; p < PARTITIONS; p++) {
		uv_run runs[GUEST_PAGES];
		uint64_t pages = 0, owned = 0;
		acknowledged(w, p);
		size_t count = world_mappings(world_guest_of(w->monitors[p]), BASE, runs, GUEST_PAGES);
		for (size_t i = 0; i < count; i++)
			for (uint64_t k = 0; k < runs[i].count; k++, pages++)
				CHECK(runs[i].frame + k < FRAMES && w->owner[runs[i].frame + k] == p && w->page_of[runs[i].frame + k] == runs[i].guest + k, "%s has frame %d at page %d",
				      names[p], (int)(runs[i].frame + k), (int)(runs[i].guest + k));
		for (int f = 0; f < FRAMES; f++)
			owned += w->owner[f] == p;
		CHECK(pages == owned, "%s has %d pages, %d expected", names[p], (int)pages, (int)owned);
	}
}

/* A few frames change hands. */
static void exchange(struct world *w)
{
	uint64_t frames[4];
	size_t count = 1 + below(w, 4);
	for (size_t i = 0; i < count; i++) {
		frames[i] = (below(w, FRAMES / 4) * 4 + i) % FRAMES; /* different ones */
		if (w->owner[frames[i]] != NOBODY)
			take(w, frames[i]);
	}
	publish(w, 0, w->steps);
	for (int p = 0; p < PARTITIONS; p++)
		if (w->wait)
			acknowledged(w, p);
	for (size_t i = 0; i < count; i++) {
		w->owner[frames[i]] = NOBODY;
		if (w->zero)
			world_fill_frame(w->memory, frames[i], 0);
		if (below(w, 4) != 0)
			give(w, frames[i], (int)below(w, PARTITIONS));
	}
	publish(w, 0, w->steps);
}

static uint64_t bad(const struct world *w)
{
	return world_statistic(w->directory, names[0], BAD) + world_statistic(w->directory, names[1], BAD);
}

static void pages_change_hands(uint64_t seed)
{
	check_case("pages change hands between two guests");
	struct world *w = begin("exchange", seed);
	for (int round = 0; round < 250 && w->steps < HISTORY - 16; round++) {
		exchange(w);
		if (below(w, 3) == 0)
			publish(w, 1, w->published[1] + below(w, w->steps - w->published[1] + 1));
		if (below(w, 40) == 0)
			restart(w, (int)below(w, REPLICAS));
		if (below(w, 10) == 0)
			mappings_are_right(w);
	}
	mappings_are_right(w);
	for (int p = 0; p < PARTITIONS; p++)
		CHECK(world_counted(w->directory, names[p], GOOD, 50), "%s checked nothing", names[p]);
	CHECK(bad(w) == 0, "%d bad checks", (int)bad(w));
	end(w);
}

static bool found(void *context)
{
	struct world *w = context;
	if (w->steps < HISTORY - 16)
		exchange(w);
	return bad(w) > 0;
}

static void a_planted_fault_is_found(const char *what, bool wait, bool zero, uint64_t seed)
{
	check_case(what);
	struct world *w = begin(wait ? "no-zero" : "no-wait", seed);
	for (int i = 0; i < 20; i++)
		exchange(w);
	CHECK(bad(w) == 0, "%d bad checks before the fault", (int)bad(w));
	w->wait = wait;
	w->zero = zero;
	CHECK(world_until(found, w, 20), "the guests noticed nothing");
	end(w);
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : uv_now();
	printf("seed %" PRIu64 "; to repeat it: mon_exchange_test %" PRIu64 "\n", seed, seed);
	pages_change_hands(seed);
	a_planted_fault_is_found("planted: a page is given away before its holder has acknowledged", false, true, seed);
	a_planted_fault_is_found("planted: a page is given away without being zeroed", true, false, seed);
	return check_report();
}
