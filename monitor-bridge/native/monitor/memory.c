#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(uv_error *error, int code, const char *path, const char *what)
{
	error->code = code;
	snprintf(error->text, sizeof error->text, "%.200s: %s", path, what);
	return code;
}

/* /dev/shm is often mounted noexec. A right that cannot be given is not given: that is less than the view allows, never more. */
static bool allows_execution(int descriptor)
{
	void *page = mmap(NULL, UV_PAGE_SIZE, PROT_READ | PROT_EXEC, MAP_SHARED, descriptor, 0);
	if (page == MAP_FAILED)
		return false;
	munmap(page, UV_PAGE_SIZE);
	return true;
}

int memory_open(struct memory *memory, const char *host_directory, uv_error *error)
{
	char path[UV_PATH_SIZE];
	int bad = uv_path(path, host_directory, UV_FILE_MEMORY, NULL, NULL, error);
	memory->descriptor = -1;
	if (bad)
		return bad;
	memory->descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (memory->descriptor < 0)
		return fail(error, errno == ENOENT ? UV_NOT_FOUND : UV_IO, path, strerror(errno));
	memory->executable = allows_execution(memory->descriptor);
	memory_refresh(memory);
	return UV_OK;
}

void memory_close(struct memory *memory)
{
	if (memory->descriptor >= 0)
		close(memory->descriptor);
	memory->descriptor = -1;
}

void memory_refresh(struct memory *memory)
{
	struct stat status;
	if (fstat(memory->descriptor, &status) == 0)
		memory->pages = (uint64_t)status.st_size / UV_PAGE_SIZE;
}
