/* A guest that tries one thing that no guest may do, named by its argument. Whoever gets past it spins for ever, and the test sees that. */
#include "../../guest/mapper.h"
#include "../../guest/runtime.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	struct ug guest;
	char byte = 0;
	if (ug_enter(&guest) != 0)
		return 1;
	if (strcmp(what, "map") == 0)
		syscall(SYS_mmap, guest.told->base, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, GUEST_MEMORY, 0);
	else if (strcmp(what, "protect") == 0)
		syscall(SYS_mprotect, guest.told->base, 4096, PROT_READ | PROT_WRITE);
	else if (strcmp(what, "open") == 0)
		syscall(SYS_openat, AT_FDCWD, "/proc/self/mem", O_RDWR);
	else if (strcmp(what, "confirm") == 0)
		syscall(SYS_write, GUEST_CONFIRM, &byte, 1);
	else if (strcmp(what, "fork") == 0)
		syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	else if (strcmp(what, "kill") == 0)
		syscall(SYS_kill, -1, SIGSTOP);
	else if (strcmp(what, "command") == 0)
		((struct guest_told *)(uintptr_t)guest.told)->commands[0].number = SYS_getpid;
	else if (strcmp(what, "code") == 0)
		*(volatile char *)(uintptr_t)ug_mapper_start = (char)0x90;
	for (;;)
		atomic_fetch_add(&guest.said->progress, 1);
}
