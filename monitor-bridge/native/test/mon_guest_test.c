/* A guest's mappings at the limits of the kernel, without views: what is confirmed is there, and one failure is final. */
#include "check.h"
#include "../monitor/guest.h"
#include "mon_world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BASE (1ull << 44)

static struct guest start(uint64_t pages)
{
	char *program[] = { strdup(world_program("ultraguest")), "--pages", "0", "--probe-every", "0", NULL };
	struct memory memory = { .descriptor = memfd_create("memory", MFD_CLOEXEC) };
	struct guest_plan plan = { .program = program, .partition = "p", .base = BASE, .span = 1ull << 44, .lock = memory.descriptor };
	struct guest guest;
	uv_error error = { 0 };
	int status;
	CHECK(memory.descriptor >= 0 && ftruncate(memory.descriptor, (off_t)(pages * UV_PAGE_SIZE)) == 0, "memory");
	if (!CHECK(guest_start(&guest, &plan, &memory, &error) == UV_OK, "%s", error.text))
		abort();
	while (!guest_entered(&guest))
		if (!CHECK(guest_look(&guest, &status) == GUEST_ALIVE, "the guest did not start"))
			abort();
	close(memory.descriptor);
	free(program[0]);
	return guest;
}

static uint64_t most_mappings(void)
{
	unsigned long long most = 0;
	FILE *file = fopen("/proc/sys/vm/max_map_count", "r");
	if (file) {
		if (fscanf(file, "%llu", &most) != 1)
			most = 0;
		fclose(file);
	}
	return most;
}

/* Every second page is a mapping of the kernel's own, until it refuses. */
static void the_kernels_limit_fails_closed(void)
{
	check_case("more mappings than the kernel allows: false, and nothing works afterwards");
	uint64_t most = most_mappings(), done = 0;
	if (most == 0 || most > 200000) {
		printf("vm.max_map_count is %llu: too many to try\n", (unsigned long long)most);
		return;
	}
	struct guest guest = start(4 * most);
	pid_t pid = guest.pid;
	while (done < 2 * most) {
		uv_run run = { .guest = 2 * done, .frame = 2 * done, .count = 1, .rights = UV_READ };
		guest_map(&guest, &run);
		if (++done % 256 == 0 && !guest_flush(&guest))
			break;
	}
	CHECK(done <= most + 256 && done > most / 2, "%d mappings of %d", (int)done, (int)most);
	guest_unmap(&guest, 0, 1);
	CHECK(!guest_flush(&guest), "it goes on after a failure");
	guest_stop(&guest);
	CHECK(!world_alive(pid), "the guest lives on");
}

static void what_is_confirmed_is_there(void)
{
	check_case("what is confirmed is in the page tables, across many lists of commands");
	struct guest guest = start(1 << 16);
	uv_run runs[1200];
	for (uint64_t i = 0; i < 1200; i++) {
		uv_run run = { .guest = 3 * i, .frame = 5 * i, .count = 2, .rights = UV_READ | (i % 2 ? UV_WRITE : 0) };
		guest_map(&guest, &run);
	}
	CHECK(guest_flush(&guest), "the mapper ended");
	CHECK(world_mappings_of(guest.pid, BASE, "memory", runs, 1200) == 1200, "1200 mappings");
	for (uint64_t i = 0; i < 1200; i++)
		CHECK(runs[i].guest == 3 * i && runs[i].frame == 5 * i && runs[i].count == 2 && runs[i].rights == (UV_READ | (i % 2 ? UV_WRITE : 0)), "mapping %d", (int)i);
	guest_unmap(&guest, 0, 3600);
	CHECK(guest_flush(&guest) && world_mappings_of(guest.pid, BASE, "memory", runs, 1200) == 0, "none is left");
	guest_stop(&guest);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	what_is_confirmed_is_there();
	the_kernels_limit_fails_closed();
	return check_report();
}
