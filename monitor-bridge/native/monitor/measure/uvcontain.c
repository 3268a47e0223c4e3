/* uvcontain: what it costs to give a guest a page and to take it back (goal L), beside the same system calls made in this process.
 *
 *   uvcontain [--rounds 2000] [--batch 64]
 *
 * Prints one JSON object; times are wall-clock microseconds a page, medians over the rounds. "single": one page a change. "batch": that many separate pages
 * a change, as a transaction that touches many has. A guest runs meanwhile; it does not touch these pages.
 */
#include "../guest.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST = 1 << 16 };

#define BASE (1ull << 44)
#define SPAN (1ull << 36)

struct times {
	double map[MOST], unmap[MOST];
	size_t count;
};

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
	qsort(values, count, sizeof *values, by_value);
	return values[count / 2];
}

static void die(const char *what)
{
	fprintf(stderr, "uvcontain: %s\n", what);
	exit(1);
}

/* Every second page, so that no two mappings are joined. */
static uv_run page_of(uint64_t number)
{
	return (uv_run){ .guest = 2 * number, .frame = 2 * number, .count = 1, .rights = UV_READ | UV_WRITE };
}

static void in_guest(struct guest *guest, uint64_t batch, size_t rounds, struct times *times)
{
	for (times->count = 0; times->count < rounds; times->count++) {
		uint64_t start = uv_now(), middle, end;
		for (uint64_t i = 0; i < batch; i++) {
			uv_run run = page_of(i);
			guest_map(guest, &run);
		}
		if (!guest_flush(guest))
			die("a mapping failed");
		middle = uv_now();
		for (uint64_t i = 0; i < batch; i++)
			guest_unmap(guest, page_of(i).guest, 1);
		if (!guest_flush(guest))
			die("a mapping could not be removed");
		end = uv_now();
		times->map[times->count] = (double)(middle - start) / 1000 / (double)batch;
		times->unmap[times->count] = (double)(end - middle) / 1000 / (double)batch;
	}
}

static void bare(int memory, uint64_t batch, size_t rounds, struct times *times)
{
	for (times->count = 0; times->count < rounds; times->count++) {
		uint64_t start = uv_now(), middle, end;
		for (uint64_t i = 0; i < batch; i++)
			if (mmap((void *)(uintptr_t)(BASE + page_of(i).guest * UV_PAGE_SIZE), UV_PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, memory,
				 (off_t)(page_of(i).frame * UV_PAGE_SIZE)) == MAP_FAILED)
				die("mmap failed");
		middle = uv_now();
		for (uint64_t i = 0; i < batch; i++)
			if (munmap((void *)(uintptr_t)(BASE + page_of(i).guest * UV_PAGE_SIZE), UV_PAGE_SIZE) != 0)
				die("munmap failed");
		end = uv_now();
		times->map[times->count] = (double)(middle - start) / 1000 / (double)batch;
		times->unmap[times->count] = (double)(end - middle) / 1000 / (double)batch;
	}
}

static char *program(void)
{
	static char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 32);
	path[length > 0 ? length : 0] = 0;
	strcpy(strrchr(path, '/') ? strrchr(path, '/') + 1 : path, "ultraguest");
	return path;
}

static uint64_t number(int count, char **arguments, const char *name, uint64_t otherwise, uint64_t most)
{
	for (int i = 1; i + 1 < count; i += 2)
		if (strcmp(arguments[i], name) == 0) {
			uint64_t value = strtoull(arguments[i + 1], NULL, 10);
			if (value < 1 || value > most)
				die("usage: uvcontain [--rounds 2000] [--batch 64]");
			return value;
		}
	return otherwise;
}

int main(int count, char **arguments)
{
	static struct times contained, direct, contained_single, direct_single;
	size_t rounds = number(count, arguments, "--rounds", 2000, MOST);
	uint64_t batch = number(count, arguments, "--batch", 64, GUEST_COMMANDS);
	char *guest_program[] = { program(), "--pages", "0", "--probe-every", "0", "--pace-us", "1000", NULL };
	struct memory memory = { .descriptor = memfd_create("memory", MFD_CLOEXEC) };
	struct guest_plan plan = { .program = guest_program, .partition = "measure", .base = BASE, .span = SPAN };
	struct guest guest;
	uv_error error;
	int status;
	signal(SIGPIPE, SIG_IGN);
	plan.lock = memfd_create("lock", MFD_CLOEXEC);
	if (ftruncate(memory.descriptor, 4 * GUEST_COMMANDS * UV_PAGE_SIZE) != 0)
		die("no memory");
	if (guest_start(&guest, &plan, &memory, &error) != UV_OK)
		die(error.text);
	while (!guest_entered(&guest))
		if (guest_look(&guest, &status) != GUEST_ALIVE)
			die("the guest did not start");
	in_guest(&guest, 1, rounds, &contained_single);
	bare(memory.descriptor, 1, rounds, &direct_single);
	in_guest(&guest, batch, rounds, &contained);
	bare(memory.descriptor, batch, rounds, &direct);
	guest_stop(&guest);
	printf("{\"rounds\":%zu,\"batch\":%d,\"grant_us\":%.2f,\"grant_syscalls_us\":%.2f,\"revoke_us\":%.2f,\"revoke_syscalls_us\":%.2f,"
	       "\"single_grant_us\":%.2f,\"single_grant_syscalls_us\":%.2f,\"single_revoke_us\":%.2f,\"single_revoke_syscalls_us\":%.2f}\n",
	       rounds, (int)batch, median(contained.map, rounds), median(direct.map, rounds), median(contained.unmap, rounds), median(direct.unmap, rounds),
	       median(contained_single.map, rounds), median(direct_single.map, rounds), median(contained_single.unmap, rounds), median(direct_single.unmap, rounds));
	return 0;
}
