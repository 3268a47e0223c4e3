/* The host agent's acknowledgement file (layout/host.md). */
#include "internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SCRUB_SLOTS = 4096, DEAD_SLOTS = 1024 };

struct dead_slot {
	_Atomic uint64_t incarnation, partition;
};

struct host_ack_file {
	char magic[8];
	uint32_t layout_version, zero0;
	uint64_t nonce, pid, start, made;
	char host_name[UV_NAME_SIZE];
	uint64_t scrub_slots, dead_slots, memory_size;
	uint8_t zero1[0xf8 - 0x90];
	uint32_t crc, zero2;
	_Alignas(128) _Atomic uint64_t sequence;
	_Atomic uint64_t incarnation;
	_Alignas(128) _Atomic uint32_t sleeping;
	_Alignas(128) _Atomic uint64_t heartbeat;
	_Alignas(128) _Atomic uint64_t ended;
	_Alignas(1024) _Atomic uint64_t frames_scrubbed;
	_Atomic uint64_t scrub_time, locks_watched;
	_Alignas(4096) _Atomic uint64_t scrubbed[SCRUB_SLOTS];
	struct dead_slot dead[DEAD_SLOTS];
};

#define HOST_ACK_OFFSET(field, offset) static_assert(offsetof(struct host_ack_file, field) == (offset), #field ": see layout/host.md")
HOST_ACK_OFFSET(nonce, 0x010);
HOST_ACK_OFFSET(made, 0x028);
HOST_ACK_OFFSET(host_name, 0x030);
HOST_ACK_OFFSET(scrub_slots, 0x078);
HOST_ACK_OFFSET(dead_slots, 0x080);
HOST_ACK_OFFSET(memory_size, 0x088);
HOST_ACK_OFFSET(crc, 0x0f8);
HOST_ACK_OFFSET(sequence, 0x100);
HOST_ACK_OFFSET(incarnation, 0x108);
HOST_ACK_OFFSET(sleeping, 0x180);
HOST_ACK_OFFSET(heartbeat, 0x200);
HOST_ACK_OFFSET(ended, 0x280);
HOST_ACK_OFFSET(frames_scrubbed, 0x400);
HOST_ACK_OFFSET(scrubbed, 0x1000);
HOST_ACK_OFFSET(dead, 0x1000 + 8 * SCRUB_SLOTS);
static_assert(sizeof(struct host_ack_file) == 0x1000 + 8 * SCRUB_SLOTS + 16 * DEAD_SLOTS, "see layout/host.md");

struct uv_host_ack {
	struct host_ack_file *file;
	/* The host view's sequence when the slot was filled: only a view at or above it may empty it. */
	uint64_t scrubbed_at[SCRUB_SLOTS], dead_at[DEAD_SLOTS];
};

int uv_host_ack_create(const char *path, const char *host_name, uint64_t nonce, uint64_t memory_size, uv_host_ack **result, uv_error *error)
{
	uv_host_ack *ack;
	void *memory;
	int bad;
	*result = NULL;
	if (!uv_name_valid(host_name))
		return uv_fail(error, UV_CORRUPT, "not a host's name: '%.80s'", host_name);
	if (nonce == 0 || nonce > INT64_MAX)
		return uv_fail(error, UV_CORRUPT, "a nonce is 1 to 2^63-1");
	ack = calloc(1, sizeof *ack);
	if (!ack)
		return uv_fail(error, UV_FULL, "no memory for an acknowledgement file");
	bad = uv_make_file(path, sizeof(struct host_ack_file), &memory, error);
	if (bad) {
		free(ack);
		return bad;
	}
	ack->file = memory;
	memcpy(ack->file->magic, "ULTRHACK", 8);
	ack->file->layout_version = UV_LAYOUT_VERSION;
	ack->file->nonce = nonce;
	ack->file->pid = (uint64_t)getpid();
	ack->file->start = uv_process_start();
	ack->file->made = uv_now();
	ack->file->scrub_slots = SCRUB_SLOTS;
	ack->file->dead_slots = DEAD_SLOTS;
	ack->file->memory_size = memory_size;
	snprintf(ack->file->host_name, UV_NAME_SIZE, "%s", host_name);
	ack->file->crc = uv_crc32c(ack->file, offsetof(struct host_ack_file, crc));
	uv_host_ack_heartbeat(ack);
	bad = uv_publish_file(path, error);
	if (bad) {
		uv_host_ack_close(ack);
		return bad;
	}
	*result = ack;
	return UV_OK;
}

void uv_host_ack_close(uv_host_ack *ack)
{
	if (!ack)
		return;
	munmap(ack->file, sizeof(struct host_ack_file));
	free(ack);
}

void uv_host_ack_attached(uv_host_ack *ack, uint64_t incarnation)
{
	assert(atomic_load(&ack->file->incarnation) == 0 || atomic_load(&ack->file->incarnation) == incarnation);
	atomic_store_explicit(&ack->file->incarnation, incarnation, memory_order_release);
}

void uv_host_ack_sequence(uv_host_ack *ack, uint64_t sequence)
{
	if (sequence > atomic_load_explicit(&ack->file->sequence, memory_order_relaxed))
		atomic_store_explicit(&ack->file->sequence, sequence, memory_order_release);
}

void uv_host_ack_heartbeat(uv_host_ack *ack)
{
	atomic_store_explicit(&ack->file->heartbeat, uv_now(), memory_order_release);
}

void uv_host_ack_ended(uv_host_ack *ack, int exit_code)
{
	atomic_store_explicit(&ack->file->ended, 1 + (uint64_t)(unsigned)exit_code, memory_order_release);
}

_Atomic uint32_t *uv_host_ack_sleeping(uv_host_ack *ack)
{
	return &ack->file->sleeping;
}

void uv_host_ack_statistics(uv_host_ack *ack, uint64_t frames_scrubbed, uint64_t scrub_time_ns, uint64_t locks_watched)
{
	atomic_store_explicit(&ack->file->frames_scrubbed, frames_scrubbed, memory_order_relaxed);
	atomic_store_explicit(&ack->file->scrub_time, scrub_time_ns, memory_order_relaxed);
	atomic_store_explicit(&ack->file->locks_watched, locks_watched, memory_order_relaxed);
}

/* The slot that holds `value`; with 0, a free one; -1 if none. */
static int find_scrubbed(const uv_host_ack *ack, uint64_t value)
{
	for (int i = 0; i < SCRUB_SLOTS; i++)
		if (atomic_load_explicit(&ack->file->scrubbed[i], memory_order_relaxed) == value)
			return i;
	return -1;
}

static int find_dead(const uv_host_ack *ack, uint64_t incarnation)
{
	for (int i = 0; i < DEAD_SLOTS; i++)
		if (atomic_load_explicit(&ack->file->dead[i].incarnation, memory_order_relaxed) == incarnation)
			return i;
	return -1;
}

bool uv_host_ack_has_scrubbed(const uv_host_ack *ack, uint64_t revocation)
{
	return find_scrubbed(ack, revocation) >= 0;
}

int uv_host_ack_scrubbed(uv_host_ack *ack, uint64_t revocation)
{
	int slot;
	assert(revocation != 0 && atomic_load(&ack->file->incarnation) != 0);
	if (find_scrubbed(ack, revocation) >= 0)
		return UV_OK;
	slot = find_scrubbed(ack, 0);
	if (slot < 0)
		return UV_FULL;
	ack->scrubbed_at[slot] = atomic_load_explicit(&ack->file->sequence, memory_order_relaxed);
	atomic_store_explicit(&ack->file->scrubbed[slot], revocation, memory_order_release);
	return UV_OK;
}

bool uv_host_ack_has_dead(const uv_host_ack *ack, uint64_t incarnation)
{
	return find_dead(ack, incarnation) >= 0;
}

int uv_host_ack_dead(uv_host_ack *ack, uint64_t partition, uint64_t incarnation)
{
	int slot;
	assert(incarnation != 0 && atomic_load(&ack->file->incarnation) != 0);
	if (find_dead(ack, incarnation) >= 0)
		return UV_OK;
	slot = find_dead(ack, 0);
	if (slot < 0)
		return UV_FULL;
	ack->dead_at[slot] = atomic_load_explicit(&ack->file->sequence, memory_order_relaxed);
	atomic_store_explicit(&ack->file->dead[slot].partition, partition, memory_order_release);
	atomic_store_explicit(&ack->file->dead[slot].incarnation, incarnation, memory_order_release);
	return UV_OK;
}

static bool asks_for_scrub(const uv_host_state *state, uint64_t revocation)
{
	if (state->scrub_count < state->scrubs_pending)
		return true; /* not all fit: it may be one of the others */
	for (size_t i = 0; i < state->scrub_count; i++)
		if (state->scrubs[i].revocation == revocation)
			return true;
	return false;
}

static bool expects(const uv_host_state *state, uint64_t incarnation)
{
	for (size_t i = 0; i < state->monitor_count; i++)
		if (state->monitors[i].incarnation == incarnation)
			return true;
	return false;
}

void uv_host_ack_prune(uv_host_ack *ack, const uv_host_state *state)
{
	for (int i = 0; i < SCRUB_SLOTS; i++) {
		uint64_t revocation = atomic_load_explicit(&ack->file->scrubbed[i], memory_order_relaxed);
		if (revocation && state->sequence >= ack->scrubbed_at[i] && !asks_for_scrub(state, revocation))
			atomic_store_explicit(&ack->file->scrubbed[i], 0, memory_order_release);
	}
	for (int i = 0; i < DEAD_SLOTS; i++) {
		uint64_t incarnation = atomic_load_explicit(&ack->file->dead[i].incarnation, memory_order_relaxed);
		if (incarnation && state->sequence >= ack->dead_at[i] && !expects(state, incarnation))
			atomic_store_explicit(&ack->file->dead[i].incarnation, 0, memory_order_release);
	}
}
