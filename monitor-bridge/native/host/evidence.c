/* A nonce is made by one process, which holds the lock before it makes its acknowledgement file, and was attached because a replica read that file. So once
 * its incarnation is expected: (1) the lock free means that it has been released; no process takes it for the same nonce again. (2) another nonce in the file means
 * that another process has had the lock since. */
#include "evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The nonce in an acknowledgement file (layout/ack.md), 0 if there is none or it is not one. */
static uint64_t nonce_in(const char *path)
{
	struct {
		char magic[8];
		uint32_t version, zero;
		uint64_t nonce;
	} head;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t length;
	if (descriptor < 0)
		return 0;
	length = pread(descriptor, &head, sizeof head, 0);
	close(descriptor);
	if (length != (ssize_t)sizeof head || memcmp(head.magic, "ULTRVACK", sizeof head.magic) != 0 || head.version != UV_LAYOUT_VERSION)
		return 0;
	return head.nonce;
}

enum evidence evidence_of_death(const char *host_directory, const char *partition, uint64_t nonce, uv_error *error)
{
	char lock[UV_PATH_SIZE], ack[UV_PATH_SIZE];
	uint64_t found;
	int held;
	if (uv_path(lock, host_directory, UV_FILE_MONITOR_LOCK, NULL, partition, error) != UV_OK ||
	    uv_path(ack, host_directory, UV_FILE_MONITOR_ACK, NULL, partition, error) != UV_OK)
		return EVIDENCE_UNKNOWN;
	held = uv_lock_probe(lock, error);
	if (held < 0)
		return EVIDENCE_UNKNOWN;
	if (held == 0)
		return EVIDENCE_RELEASED;
	found = nonce_in(ack);
	return found != 0 && found != nonce ? EVIDENCE_SUPERSEDED : EVIDENCE_ALIVE;
}
