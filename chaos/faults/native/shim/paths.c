/* The C library's calls that change names. Each has one kernel call behind it, so nothing of the library's is called. */
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WATCHED(call, result) \
	do { \
		int error_ = call_begin(&call); \
		if (error_) { \
			errno = error_; \
			return -1; \
		} \
		long result_ = (result); \
		call_end(&call, result_, NULL, 0); \
		return (int)result_; \
	} while (0)

static int open_file(int directory, const char *path, int flags, mode_t mode)
{
	struct call call;
	struct stat status;
	bool writable = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
	bool changes = false;
	if ((flags & O_TMPFILE) == O_TMPFILE || !writable || !call_on_path(&call, OPEN, directory, path))
		return (int)syscall(SYS_openat, directory, path, flags, mode);
	if (flags & O_TRUNC)
		changes = true;
	else if (flags & O_CREAT)
		changes = fstatat(directory, path, &status, 0) != 0;
	call.kind = changes ? CREATE : OPEN;
	WATCHED(call, syscall(SYS_openat, directory, path, flags, mode));
}

static mode_t mode_of(int flags, va_list arguments)
{
	return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0;
}

#define OPEN_CALL(name) \
	int name(const char *path, int flags, ...) \
	{ \
		va_list arguments; \
		va_start(arguments, flags); \
		mode_t mode = mode_of(flags, arguments); \
		va_end(arguments); \
		return open_file(AT_FDCWD, path, flags, mode); \
	}

#define OPENAT_CALL(name) \
	int name(int directory, const char *path, int flags, ...) \
	{ \
		va_list arguments; \
		va_start(arguments, flags); \
		mode_t mode = mode_of(flags, arguments); \
		va_end(arguments); \
		return open_file(directory, path, flags, mode); \
	}

OPEN_CALL(open)
OPEN_CALL(open64)
OPENAT_CALL(openat)
OPENAT_CALL(openat64)

int creat(const char *path, mode_t mode)
{
	return open_file(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int creat64(const char *path, mode_t mode)
{
	return creat(path, mode);
}

int renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned flags)
{
	struct call call;
	if (!call_on_path(&call, RENAME, from_directory, from))
		return (int)syscall(SYS_renameat2, from_directory, from, to_directory, to, flags);
	call_leads_to(&call, to_directory, to);
	WATCHED(call, syscall(SYS_renameat2, from_directory, from, to_directory, to, flags));
}

int renameat(int from_directory, const char *from, int to_directory, const char *to)
{
	return renameat2(from_directory, from, to_directory, to, 0);
}

int rename(const char *from, const char *to)
{
	return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlinkat(int directory, const char *path, int flags)
{
	struct call call;
	if (!call_on_path(&call, UNLINK, directory, path))
		return (int)syscall(SYS_unlinkat, directory, path, flags);
	WATCHED(call, syscall(SYS_unlinkat, directory, path, flags));
}

int unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

int rmdir(const char *path)
{
	return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int remove(const char *path)
{
	struct stat status;
	if (lstat(path, &status) != 0)
		return -1;
	return unlinkat(AT_FDCWD, path, S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0);
}

int mkdirat(int directory, const char *path, mode_t mode)
{
	struct call call;
	if (!call_on_path(&call, MAKE_DIRECTORY, directory, path))
		return (int)syscall(SYS_mkdirat, directory, path, mode);
	WATCHED(call, syscall(SYS_mkdirat, directory, path, mode));
}

int mkdir(const char *path, mode_t mode)
{
	return mkdirat(AT_FDCWD, path, mode);
}

int linkat(int from_directory, const char *from, int to_directory, const char *to, int flags)
{
	struct call call;
	if (!call_on_path(&call, LINK, from_directory, from))
		return (int)syscall(SYS_linkat, from_directory, from, to_directory, to, flags);
	call_leads_to(&call, to_directory, to);
	WATCHED(call, syscall(SYS_linkat, from_directory, from, to_directory, to, flags));
}

int link(const char *from, const char *to)
{
	return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}
