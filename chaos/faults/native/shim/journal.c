#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Little-endian, packed; path and other path follow, without ends, then length bytes of data. */
struct record {
	uint64_t number;
	int64_t result; /* -1: the call failed */
	int64_t offset;
	uint32_t length;
	uint16_t path, other;
	uint8_t kind;
} __attribute__((packed));

static int journal = -1;

void journal_open(const char *file)
{
	journal = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

bool journal_is_open(void)
{
	return journal >= 0;
}

static void put(const void *bytes, size_t length)
{
	const char *next = bytes;
	while (length > 0) {
		long written = syscall(SYS_write, journal, next, length);
		if (written < 0 && errno != EINTR) {
			report("the journal cannot be written: %s", strerror(errno));
			return;
		}
		next += written < 0 ? 0 : written;
		length -= written < 0 ? 0 : (size_t)written;
	}
}

void journal_write(const struct call *call, long result, const struct iovec *data, int pieces)
{
	struct record record = {
		.number = call->number, .result = result, .offset = call->offset, .kind = (uint8_t)call->kind,
		.path = (uint16_t)strlen(call->path), .other = (uint16_t)strlen(call->other),
		.length = call->kind == WRITE && result > 0 ? (uint32_t)result : 0,
	};
	size_t left = record.length;
	if (journal < 0)
		return;
	put(&record, sizeof record);
	put(call->path, record.path);
	put(call->other, record.other);
	for (int i = 0; i < pieces && left > 0; i++) {
		size_t piece = data[i].iov_len < left ? data[i].iov_len : left;
		put(data[i].iov_base, piece);
		left -= piece;
	}
}
