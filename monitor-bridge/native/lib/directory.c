/* The host's directory: paths, locks, and how files are made and mapped (layout/directory.md). */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool uv_name_valid(const char *name)
{
	size_t length = strnlen(name, 65);
	if (length < 1 || length > 64)
		return false;
	return strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == length;
}

bool uv_name_field_valid(const char field[UV_NAME_SIZE])
{
	size_t length = strnlen(field, UV_NAME_SIZE);
	if (length == UV_NAME_SIZE || !uv_name_valid(field))
		return false;
	for (size_t i = length; i < UV_NAME_SIZE; i++)
		if (field[i] != 0)
			return false;
	return true;
}

int uv_path(char path[UV_PATH_SIZE], const char *host_directory, enum uv_file file, const char *replica, const char *partition, uv_error *error)
{
	bool of_replica = file == UV_FILE_VIEW || file == UV_FILE_HOST_VIEW;
	bool of_partition = file == UV_FILE_VIEW || file == UV_FILE_MONITOR_LOCK || file == UV_FILE_MONITOR_ACK;
	int length;
	if (of_replica && (!replica || !uv_name_valid(replica) || strcmp(replica, ".") == 0 || strcmp(replica, "..") == 0))
		return uv_fail(error, UV_CORRUPT, "not a replica's name (1 to 64 of A-Z a-z 0-9 . _ -, not . or ..): '%.80s'", replica ? replica : "");
	if (of_partition && (!partition || !uv_name_valid(partition)))
		return uv_fail(error, UV_CORRUPT, "not a partition's name (1 to 64 of A-Z a-z 0-9 . _ -): '%.80s'", partition ? partition : "");
	switch (file) {
	case UV_FILE_VIEW:
		length = snprintf(path, UV_PATH_SIZE, "%s/views/%s/%s.view", host_directory, replica, partition);
		break;
	case UV_FILE_HOST_VIEW:
		length = snprintf(path, UV_PATH_SIZE, "%s/views/%s/host-view", host_directory, replica);
		break;
	case UV_FILE_MONITOR_LOCK:
		length = snprintf(path, UV_PATH_SIZE, "%s/monitors/%s.lock", host_directory, partition);
		break;
	case UV_FILE_MONITOR_ACK:
		length = snprintf(path, UV_PATH_SIZE, "%s/monitors/%s.ack", host_directory, partition);
		break;
	case UV_FILE_HOST_LOCK:
		length = snprintf(path, UV_PATH_SIZE, "%s/host.lock", host_directory);
		break;
	case UV_FILE_HOST_ACK:
		length = snprintf(path, UV_PATH_SIZE, "%s/host.ack", host_directory);
		break;
	default:
		length = snprintf(path, UV_PATH_SIZE, "%s/memory", host_directory);
		break;
	}
	if (length < 0 || length >= UV_PATH_SIZE - 32)
		return uv_fail(error, UV_CORRUPT, "the host directory's path is longer than %d bytes", UV_PATH_SIZE - 200);
	return UV_OK;
}

static struct flock whole_file(short type)
{
	return (struct flock){ .l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0 };
}

int uv_lock_take(const char *path, int *descriptor, uv_error *error)
{
	struct flock lock = whole_file(F_WRLCK);
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0644);
	*descriptor = -1;
	if (fd < 0)
		return uv_fail(error, errno == ENOENT ? UV_NOT_FOUND : UV_IO, "cannot open lock %s: %s", path, strerror(errno));
	if (fcntl(fd, F_OFD_SETLK, &lock) != 0) {
		int reason = errno;
		close(fd);
		if (reason == EAGAIN || reason == EACCES)
			return uv_fail(error, UV_BUSY, "%s is locked: another process of this kind, or one that it started, is alive", path);
		return uv_fail(error, UV_IO, "cannot lock %s: %s", path, strerror(reason));
	}
	*descriptor = fd;
	return UV_OK;
}

int uv_lock_probe(const char *path, uv_error *error)
{
	struct flock lock = whole_file(F_WRLCK);
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	int failed, reason;
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return uv_fail(error, UV_IO, "cannot open lock %s: %s", path, strerror(errno));
	failed = fcntl(fd, F_OFD_GETLK, &lock);
	reason = errno;
	close(fd);
	if (failed != 0)
		return uv_fail(error, UV_IO, "cannot probe lock %s: %s", path, strerror(reason));
	return lock.l_type != F_UNLCK;
}

uint64_t uv_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t uv_nonce(void)
{
	/* Java reads it as a signed long: keep it positive. */
	uint64_t nonce = 0;
	while (nonce == 0) {
		if (getrandom(&nonce, sizeof nonce, 0) != (ssize_t)sizeof nonce) {
			perror("getrandom");
			abort();
		}
		nonce &= 0x7fffffffffffffffu;
	}
	return nonce;
}

uint64_t uv_process_start(void)
{
	char text[1024], *field;
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	ssize_t length;
	if (fd < 0)
		return 0;
	length = read(fd, text, sizeof text - 1);
	close(fd);
	if (length <= 0)
		return 0;
	text[length] = 0;
	field = strrchr(text, ')'); /* the name before it may hold anything */
	for (int number = 2; field && number < 22; number++)
		field = strchr(field + 1, ' ');
	return field ? strtoull(field, NULL, 10) : 0;
}

int uv_map_file(const char *path, size_t least, const void **memory, size_t *size, dev_t *device, ino_t *inode, uv_error *error)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	void *mapped;
	if (fd < 0)
		return uv_fail(error, errno == ENOENT ? UV_NOT_FOUND : UV_IO, "cannot open %s: %s", path, strerror(errno));
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		close(fd);
		return uv_fail(error, UV_FOREIGN, "%s is not a regular file", path);
	}
	if (status.st_size < (off_t)least) {
		close(fd);
		return uv_fail(error, UV_TRUNCATED, "%s is truncated: %lld bytes, at least %zu expected", path, (long long)status.st_size, least);
	}
	mapped = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED | MAP_NORESERVE, fd, 0);
	close(fd);
	if (mapped == MAP_FAILED)
		return uv_fail(error, UV_IO, "cannot map %s (%lld bytes): %s", path, (long long)status.st_size, strerror(errno));
	*memory = mapped;
	*size = (size_t)status.st_size;
	*device = status.st_dev;
	*inode = status.st_ino;
	return UV_OK;
}

static int temporary(char path[UV_PATH_SIZE], const char *final, uv_error *error)
{
	int length = snprintf(path, UV_PATH_SIZE, "%s.%ld.tmp", final, (long)getpid());
	if (length < 0 || length >= UV_PATH_SIZE)
		return uv_fail(error, UV_CORRUPT, "path too long: %.200s", final);
	return UV_OK;
}

int uv_make_file(const char *path, size_t size, void **memory, uv_error *error)
{
	char unfinished[UV_PATH_SIZE];
	int fd, reason;
	void *mapped;
	*memory = NULL;
	if (temporary(unfinished, path, error) != UV_OK)
		return UV_CORRUPT;
	fd = open(unfinished, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return uv_fail(error, errno == ENOENT ? UV_NOT_FOUND : UV_IO, "cannot make %s: %s", unfinished, strerror(errno));
	/* Allocated now: lack of memory is an error here and not a SIGBUS later. */
	reason = posix_fallocate(fd, 0, (off_t)size);
	mapped = reason ? MAP_FAILED : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (!reason && mapped == MAP_FAILED)
		reason = errno;
	close(fd);
	if (reason) {
		unlink(unfinished);
		return uv_fail(error, reason == ENOSPC ? UV_FULL : UV_IO, "cannot make %s of %zu bytes: %s", unfinished, size, strerror(reason));
	}
	*memory = mapped;
	return UV_OK;
}

int uv_publish_file(const char *path, uv_error *error)
{
	char unfinished[UV_PATH_SIZE];
	if (temporary(unfinished, path, error) != UV_OK)
		return UV_CORRUPT;
	if (rename(unfinished, path) != 0) {
		int reason = errno;
		unlink(unfinished);
		return uv_fail(error, UV_IO, "cannot rename %s to %s: %s", unfinished, path, strerror(reason));
	}
	return UV_OK;
}
