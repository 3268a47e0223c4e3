#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW (1ull << 52)

__attribute__((format(printf, 2, 3))) static int fail(uv_error *error, const char *format, ...)
{
	va_list arguments;
	error->code = UV_IO;
	va_start(arguments, format);
	vsnprintf(error->text, sizeof error->text, format, arguments);
	va_end(arguments);
	return UV_IO;
}

/* Extends the object. Without a wanted size: as far as the file system goes. */
static int extend(struct host_memory *memory, const char *path, uint64_t wanted, uv_error *error)
{
	uint64_t size = wanted ? wanted : WINDOW;
	while (size > memory->size && ftruncate(memory->descriptor, (off_t)size) != 0) {
		if (errno != EFBIG || wanted)
			return fail(error, "cannot make %s %" PRIu64 " bytes large: %s", path, size, strerror(errno));
		size /= 2;
	}
	if (size > memory->size)
		memory->size = size;
	return UV_OK;
}

int host_memory_open(struct host_memory *memory, const char *path, uint64_t size, uv_error *error)
{
	struct stat status;
	memory->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (memory->descriptor < 0)
		return fail(error, "cannot open %s: %s", path, strerror(errno));
	if (fstat(memory->descriptor, &status) != 0 || !S_ISREG(status.st_mode))
		return fail(error, "%s is not a regular file", path);
	memory->size = (uint64_t)status.st_size;
	return extend(memory, path, size, error);
}

static bool all_zero(const uint64_t *words, size_t bytes)
{
	uint64_t any = 0;
	for (size_t i = 0; i < bytes / sizeof *words; i++)
		any |= words[i];
	return any == 0;
}

/* Whether [from, to) reads as zeros. A hole does; where the file system keeps memory nevertheless (huge pages), it is read. */
static int verify(const struct host_memory *memory, uint64_t from, uint64_t to, uv_error *error)
{
	static uint64_t words[64 * 1024 / sizeof(uint64_t)];
	while (from < to) {
		off_t data = lseek(memory->descriptor, (off_t)from, SEEK_DATA);
		if (data < 0 && errno == ENXIO)
			return UV_OK;
		if (data < 0)
			return fail(error, "cannot look for data in the memory object: %s", strerror(errno));
		from = (uint64_t)data - (uint64_t)data % UV_PAGE_SIZE;
		if (from >= to)
			return UV_OK;
		size_t want = to - from < sizeof words ? (size_t)(to - from) : sizeof words;
		ssize_t got = pread(memory->descriptor, words, want, (off_t)from);
		if (got <= 0)
			return fail(error, "cannot read the memory object at %" PRIu64 ": %s", from, strerror(errno));
		if (!all_zero(words, (size_t)got))
			return fail(error, "frame %" PRIu64 " is not zero after scrubbing", from / UV_PAGE_SIZE);
		from += (uint64_t)got;
	}
	return UV_OK;
}

int host_memory_scrub(struct host_memory *memory, uint64_t first_frame, uint64_t count, uv_error *error)
{
	uint64_t frames = memory->size / UV_PAGE_SIZE, from, to;
	if (first_frame >= frames)
		return UV_OK;
	from = first_frame * UV_PAGE_SIZE;
	to = (count < frames - first_frame ? first_frame + count : frames) * UV_PAGE_SIZE;
	if (fallocate(memory->descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)from, (off_t)(to - from)) != 0)
		return fail(error, "cannot scrub frames %" PRIu64 "+%" PRIu64 ": %s", first_frame, count, strerror(errno));
	return verify(memory, from, to, error);
}
