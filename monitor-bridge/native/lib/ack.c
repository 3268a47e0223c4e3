/* A monitor's acknowledgement file (layout/ack.md). */
#include "internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct ack_file {
	char magic[8];
	uint32_t layout_version, zero0;
	uint64_t nonce, pid, start, made;
	char partition_name[UV_NAME_SIZE];
	uint8_t zero1[0xf8 - 0x78];
	uint32_t crc, zero2;
	_Alignas(128) _Atomic uint64_t acknowledged;
	_Atomic uint64_t incarnation;
	_Alignas(128) _Atomic uint32_t sleeping;
	_Alignas(128) _Atomic uint64_t heartbeat;
	_Alignas(128) _Atomic uint64_t ended;
	_Alignas(1024) uv_ack_statistics statistics;
	_Alignas(512) char text[256];
	_Alignas(1024) uint8_t rest[0x1000 - 0x800];
};

#define ACK_OFFSET(field, offset) static_assert(offsetof(struct ack_file, field) == (offset), #field ": see layout/ack.md")
ACK_OFFSET(nonce, 0x010);
ACK_OFFSET(pid, 0x018);
ACK_OFFSET(start, 0x020);
ACK_OFFSET(made, 0x028);
ACK_OFFSET(partition_name, 0x030);
ACK_OFFSET(crc, 0x0f8);
ACK_OFFSET(acknowledged, 0x100);
ACK_OFFSET(incarnation, 0x108);
ACK_OFFSET(sleeping, 0x180);
ACK_OFFSET(heartbeat, 0x200);
ACK_OFFSET(ended, 0x280);
ACK_OFFSET(statistics, 0x400);
ACK_OFFSET(statistics.resyncs, 0x478);
ACK_OFFSET(text, 0x600);
static_assert(sizeof(struct ack_file) == 0x1000, "see layout/ack.md");

struct uv_ack {
	struct ack_file *file;
};

int uv_ack_create(const char *path, const char *partition_name, uint64_t nonce, uv_ack **result, uv_error *error)
{
	uv_ack *ack;
	void *memory;
	int bad;
	*result = NULL;
	if (!uv_name_valid(partition_name))
		return uv_fail(error, UV_CORRUPT, "not a partition's name: '%.80s'", partition_name);
	if (nonce == 0 || nonce > INT64_MAX)
		return uv_fail(error, UV_CORRUPT, "a nonce is 1 to 2^63-1");
	ack = calloc(1, sizeof *ack);
	if (!ack)
		return uv_fail(error, UV_FULL, "no memory for an acknowledgement file");
	bad = uv_make_file(path, sizeof(struct ack_file), &memory, error);
	if (bad) {
		free(ack);
		return bad;
	}
	ack->file = memory;
	memcpy(ack->file->magic, "ULTRVACK", 8);
	ack->file->layout_version = UV_LAYOUT_VERSION;
	ack->file->nonce = nonce;
	ack->file->pid = (uint64_t)getpid();
	ack->file->start = uv_process_start();
	ack->file->made = uv_now();
	snprintf(ack->file->partition_name, UV_NAME_SIZE, "%s", partition_name);
	ack->file->crc = uv_crc32c(ack->file, offsetof(struct ack_file, crc));
	uv_ack_heartbeat(ack);
	bad = uv_publish_file(path, error);
	if (bad) {
		uv_ack_close(ack);
		return bad;
	}
	*result = ack;
	return UV_OK;
}

void uv_ack_close(uv_ack *ack)
{
	if (!ack)
		return;
	munmap(ack->file, sizeof(struct ack_file));
	free(ack);
}

void uv_ack_attached(uv_ack *ack, uint64_t incarnation)
{
	assert(atomic_load(&ack->file->incarnation) == 0 || atomic_load(&ack->file->incarnation) == incarnation);
	atomic_store_explicit(&ack->file->incarnation, incarnation, memory_order_release);
}

void uv_ack_sequence(uv_ack *ack, uint64_t sequence)
{
	assert(atomic_load(&ack->file->incarnation) != 0);
	if (sequence > uv_ack_acknowledged(ack))
		atomic_store_explicit(&ack->file->acknowledged, sequence, memory_order_release);
}

uint64_t uv_ack_acknowledged(const uv_ack *ack)
{
	return atomic_load_explicit(&ack->file->acknowledged, memory_order_relaxed);
}

void uv_ack_heartbeat(uv_ack *ack)
{
	atomic_store_explicit(&ack->file->heartbeat, uv_now(), memory_order_release);
}

void uv_ack_text(uv_ack *ack, const char *text)
{
	memset(ack->file->text, 0, sizeof ack->file->text);
	memcpy(ack->file->text, text, strnlen(text, sizeof ack->file->text - 1));
}

void uv_ack_ended(uv_ack *ack, enum uv_exit_reason reason, int exit_code, const char *text)
{
	uv_ack_text(ack, text);
	atomic_store_explicit(&ack->file->statistics.exit_reason, (uint64_t)reason, memory_order_relaxed);
	atomic_store_explicit(&ack->file->ended, 1 + (uint64_t)(unsigned)exit_code, memory_order_release);
}

uv_ack_statistics *uv_ack_stats(uv_ack *ack)
{
	return &ack->file->statistics;
}

_Atomic uint32_t *uv_ack_sleeping(uv_ack *ack)
{
	return &ack->file->sleeping;
}
