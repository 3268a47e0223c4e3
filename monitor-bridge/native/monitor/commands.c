/* Commands to the mapper. It confirms a list only if every command in it succeeded, and ends otherwise. */
#include "guest.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint64_t address(const struct guest *guest, uint64_t page)
{
	return guest->base + page * UV_PAGE_SIZE;
}

static void queue(struct guest *guest, struct guest_command command)
{
	if (guest->queued == GUEST_COMMANDS)
		guest_flush(guest);
	guest->told->commands[guest->queued++] = command;
}

void guest_map(struct guest *guest, const uv_run *run)
{
	uint64_t protection = PROT_READ | (run->rights & UV_WRITE ? PROT_WRITE : 0) | (run->rights & UV_EXECUTE ? PROT_EXEC : 0);
	queue(guest, (struct guest_command){ .number = SYS_mmap,
					     .arguments = { address(guest, run->guest), run->count * UV_PAGE_SIZE, protection, MAP_SHARED | MAP_FIXED | MAP_NORESERVE,
							    GUEST_MEMORY, run->frame * UV_PAGE_SIZE } });
}

void guest_unmap(struct guest *guest, uint64_t first, uint64_t count)
{
	bool fail = ++guest->unmaps == guest->fail_unmap;
	queue(guest, (struct guest_command){ .number = SYS_munmap, .arguments = { address(guest, first) + (fail ? 1 : 0), count * UV_PAGE_SIZE } });
}

static ssize_t patiently(ssize_t (*call)(int, void *, size_t), int descriptor)
{
	char byte = 0;
	ssize_t done;
	do {
		done = call(descriptor, &byte, 1);
	} while (done < 0 && errno == EINTR);
	return done;
}

static ssize_t write_byte(int descriptor, void *byte, size_t size)
{
	return write(descriptor, byte, size);
}

bool guest_flush(struct guest *guest)
{
	if (guest->failed || guest->queued == 0) {
		guest->queued = 0;
		return !guest->failed;
	}
	guest->told->commands[guest->queued].number = -1;
	guest->queued = 0;
	if (patiently(write_byte, guest->doorbell) != 1 || patiently(read, guest->confirm) != 1)
		guest->failed = true;
	return !guest->failed;
}
