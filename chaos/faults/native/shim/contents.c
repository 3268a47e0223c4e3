/* The C library's calls that change what is in a file. */
#include "faults.h"
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int64_t position_of(int fd)
{
	struct stat status;
	if (fcntl(fd, F_GETFL) & O_APPEND)
		return fstat(fd, &status) == 0 ? status.st_size : 0;
	return lseek(fd, 0, SEEK_CUR);
}

/* Writes at an offset, or where the file is; -1 for that. */
static ssize_t real_write(int fd, const struct iovec *pieces, int count, off_t offset)
{
	return offset < 0 ? syscall(SYS_writev, fd, pieces, count)
			  : syscall(SYS_pwritev, fd, pieces, count, (long)offset, 0L);
}

static ssize_t write_pieces(int fd, const struct iovec *pieces, int count, off_t offset)
{
	struct call call;
	ssize_t result;
	int error;
	if (!call_on_file(&call, WRITE, fd))
		return real_write(fd, pieces, count, offset);
	error = call_begin(&call);
	if (error) {
		errno = error;
		return -1;
	}
	call.offset = offset < 0 ? position_of(fd) : offset;
	if (call.limit == SIZE_MAX) {
		result = real_write(fd, pieces, count, offset);
	} else { /* torn: it may end within any piece */
		size_t left = call.limit;
		result = 0;
		for (int i = 0; i < count && left > 0; i++) {
			struct iovec piece = { pieces[i].iov_base, pieces[i].iov_len < left ? pieces[i].iov_len : left };
			result += real_write(fd, &piece, 1, offset < 0 ? -1 : offset + result);
			left -= piece.iov_len;
		}
	}
	call_end(&call, result, pieces, count);
	return result;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
	struct iovec piece = { (void *)bytes, length };
	return write_pieces(fd, &piece, 1, -1);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
	struct iovec piece = { (void *)bytes, length };
	return write_pieces(fd, &piece, 1, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset)
{
	return pwrite(fd, bytes, length, offset);
}

ssize_t writev(int fd, const struct iovec *pieces, int count)
{
	return write_pieces(fd, pieces, count, -1);
}

ssize_t pwritev(int fd, const struct iovec *pieces, int count, off_t offset)
{
	return write_pieces(fd, pieces, count, offset);
}

ssize_t pwritev64(int fd, const struct iovec *pieces, int count, off_t offset)
{
	return write_pieces(fd, pieces, count, offset);
}

/* Copies within the kernel: what was written is read back for the journal. */
static ssize_t copy(int to, off_t *offset, size_t length, ssize_t (*real)(void *, size_t), void *arguments)
{
	struct call call;
	struct iovec piece = { NULL, 0 };
	ssize_t result;
	int error;
	if (!call_on_file(&call, WRITE, to))
		return real(arguments, length);
	error = call_begin(&call);
	if (error) {
		errno = error;
		return -1;
	}
	call.offset = offset ? *offset : position_of(to);
	result = real(arguments, length < call.limit ? length : call.limit);
	if (result > 0 && journal_is_open()) {
		char name[32];
		int fd, kept = errno;
		snprintf(name, sizeof name, "/proc/self/fd/%d", to);
		fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC, 0);
		piece.iov_base = malloc((size_t)result);
		piece.iov_len = (size_t)result;
		if (!piece.iov_base || pread(fd, piece.iov_base, (size_t)result, call.offset) != result)
			report("unseen: a copy into %s", call.path);
		close(fd);
		errno = kept;
	}
	call_end(&call, result, &piece, 1);
	free(piece.iov_base);
	return result;
}

struct copy_arguments {
	int from, to;
	off_t *from_offset, *to_offset;
	unsigned flags;
};

static ssize_t real_copy_file_range(void *arguments, size_t length)
{
	struct copy_arguments *a = arguments;
	return syscall(SYS_copy_file_range, a->from, a->from_offset, a->to, a->to_offset, length, a->flags);
}

ssize_t copy_file_range(int from, off_t *from_offset, int to, off_t *to_offset, size_t length, unsigned flags)
{
	struct copy_arguments arguments = { from, to, from_offset, to_offset, flags };
	return copy(to, to_offset, length, real_copy_file_range, &arguments);
}

static ssize_t real_sendfile(void *arguments, size_t length)
{
	struct copy_arguments *a = arguments;
	return syscall(SYS_sendfile, a->to, a->from, a->from_offset, length);
}

ssize_t sendfile(int to, int from, off_t *from_offset, size_t length)
{
	struct copy_arguments arguments = { from, to, from_offset, NULL, 0 };
	return copy(to, NULL, length, real_sendfile, &arguments);
}

ssize_t sendfile64(int to, int from, off_t *from_offset, size_t length)
{
	return sendfile(to, from, from_offset, length);
}

/* One kernel call on an open file, which gives 0 or fails. */
static int change(enum kind kind, int fd, int64_t size, long number, long a, long b, long c)
{
	struct call call;
	int error;
	long result;
	if (!call_on_file(&call, kind, fd))
		return (int)syscall(number, fd, a, b, c);
	call.offset = size;
	error = call_begin(&call);
	if (error) {
		errno = error;
		return -1;
	}
	result = syscall(number, fd, a, b, c);
	call_end(&call, result, NULL, 0);
	return (int)result;
}

int fsync(int fd)
{
	return change(SYNC, fd, 0, SYS_fsync, 0, 0, 0);
}

int fdatasync(int fd)
{
	return change(SYNC, fd, 0, SYS_fdatasync, 0, 0, 0);
}

int sync_file_range(int fd, off64_t offset, off64_t length, unsigned flags)
{
	return change(SYNC, fd, 0, SYS_sync_file_range, offset, length, flags);
}

int ftruncate(int fd, off_t size)
{
	return change(TRUNCATE, fd, size, SYS_ftruncate, size, 0, 0);
}

int ftruncate64(int fd, off_t size)
{
	return ftruncate(fd, size);
}

int truncate(const char *path, off_t size)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), result;
	if (fd < 0)
		return -1;
	result = ftruncate(fd, size);
	close(fd);
	return result;
}

int truncate64(const char *path, off_t size)
{
	return truncate(path, size);
}

/* The size after it: one that keeps the size changes nothing that can be read. */
int fallocate(int fd, int mode, off_t offset, off_t length)
{
	struct stat status = { .st_size = 0 };
	int64_t size;
	fstat(fd, &status);
	size = mode == 0 && offset + length > status.st_size ? offset + length : status.st_size;
	return change(ALLOCATE, fd, size, SYS_fallocate, mode, offset, length);
}

int fallocate64(int fd, int mode, off_t offset, off_t length)
{
	return fallocate(fd, mode, offset, length);
}

int posix_fallocate(int fd, off_t offset, off_t length)
{
	int kept = errno, result = fallocate(fd, 0, offset, length) == 0 ? 0 : errno;
	errno = kept;
	return result;
}

int posix_fallocate64(int fd, off_t offset, off_t length)
{
	return posix_fallocate(fd, offset, length);
}

/* Changes through a mapping cannot be seen from here: say so, that nobody believes that all was seen. */
void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
	struct call call;
	if (fd >= 0 && (flags & MAP_SHARED) && (protection & PROT_WRITE) && call_on_file(&call, WRITE, fd))
		report("unseen: %s is mapped for writing", call.path);
	return (void *)syscall(SYS_mmap, address, length, protection, flags, fd, offset);
}

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
	return mmap(address, length, protection, flags, fd, offset);
}
