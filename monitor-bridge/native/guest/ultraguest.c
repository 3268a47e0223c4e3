/* ultraguest: the small guest that shows what containment means. It is started by ultramonitor, uses the memory that it is given and now and then
 * tries what it was not given. Its counters are in the monitor's acknowledgement file. Its pattern depends on the monitor's --seed, which must be the same at each start
 * of a partition, or what it left behind looks foreign.
 *
 *   --pages N        most pages to work on (4096)
 *   --step N         pages a step (16)
 *   --pace-us N      rest between steps (1000)
 *   --probe-every N  steps between two forbidden accesses (20; 0: none)
 *   --lenient        accept any content at first sight: for memory that is lent, shared or donated
 */
#include "work.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct options {
	uint64_t pages, step, pace_us, probe_every;
	bool lenient;
};

static uint64_t number(const char *name, const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 0);
	if (*text == 0 || *text == '-' || *end != 0) {
		fprintf(stderr, "ultraguest: --%s: '%s' is not a number\n", name, text);
		exit(2);
	}
	return value;
}

static struct options parse(int argc, char **argv)
{
	static const struct option known[] = {
		{ "pages", required_argument, NULL, 'p' },    { "step", required_argument, NULL, 'n' },
		{ "pace-us", required_argument, NULL, 'u' },  { "probe-every", required_argument, NULL, 'e' }, { "lenient", no_argument, NULL, 'l' },
		{ NULL, 0, NULL, 0 },
	};
	struct options options = { .pages = 4096, .step = 16, .pace_us = 1000, .probe_every = 20 };
	int option, index;
	while ((option = getopt_long(argc, argv, "", known, &index)) != -1) {
		uint64_t value = optarg && option != '?' ? number(known[index].name, optarg) : 0;
		switch (option) {
		case 'p':
			options.pages = value;
			break;
		case 'n':
			options.step = value;
			break;
		case 'u':
			options.pace_us = value;
			break;
		case 'e':
			options.probe_every = value;
			break;
		case 'l':
			options.lenient = true;
			break;
		default:
			exit(2);
		}
	}
	if (optind != argc) {
		fprintf(stderr, "ultraguest: '%s' was not expected\n", argv[optind]);
		exit(2);
	}
	return options;
}

static uint64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* Progress, and the longest time between two steps of it that was not the monitor's will. */
static void progress(const struct ug *guest, uint64_t *last, uint64_t *resumes)
{
	uint64_t time = now(), resumed = atomic_load_explicit(&guest->told->resumes, memory_order_relaxed);
	if (resumed == *resumes && time - *last > atomic_load_explicit(&guest->said->longest_gap, memory_order_relaxed))
		atomic_store_explicit(&guest->said->longest_gap, time - *last, memory_order_relaxed);
	*last = time;
	*resumes = resumed;
	atomic_fetch_add_explicit(&guest->said->progress, 1, memory_order_release);
}

int main(int argc, char **argv)
{
	static struct work work;
	struct options options = parse(argc, argv);
	struct timespec pace = { .tv_sec = (time_t)(options.pace_us / 1000000), .tv_nsec = (long)(options.pace_us % 1000000 * 1000) };
	struct ug guest;
	uint64_t last, resumes = 0;
	if (ug_enter(&guest) != 0)
		return 1;
	last = now();
	work_start(&work, &guest, guest.told->seed, options.pages, options.lenient);
	for (uint64_t step = 1;; step++) {
		work_step(&work, options.step);
		if (options.probe_every > 0 && step % options.probe_every == 0)
			work_probe(&work);
		progress(&guest, &last, &resumes);
		if (options.pace_us > 0)
			nanosleep(&pace, NULL);
	}
}
