/* What the guest is told about its memory (guest/channel.h: begun, revoked, done). */
#include "guest.h"

static void rise(_Atomic uint64_t *word)
{
	atomic_store_explicit(word, atomic_load_explicit(word, memory_order_relaxed) + 1, memory_order_release);
	atomic_thread_fence(memory_order_seq_cst);
}

void guest_tell_begin(struct guest *guest)
{
	if (atomic_load_explicit(&guest->told->begun, memory_order_relaxed) == atomic_load_explicit(&guest->told->done, memory_order_relaxed))
		rise(&guest->told->begun);
}

void guest_tell_revoked(struct guest *guest, uint64_t first, uint64_t count)
{
	uint64_t number = atomic_load_explicit(&guest->told->revoked, memory_order_relaxed) + 1;
	struct guest_revoked *record = &guest->told->revocations[(number - 1) % GUEST_REVOKED];
	atomic_store_explicit(&record->number, 0, memory_order_relaxed);
	atomic_store_explicit(&record->first, first, memory_order_release);
	atomic_store_explicit(&record->count, count, memory_order_release);
	atomic_store_explicit(&record->number, number, memory_order_release);
	rise(&guest->told->revoked);
}

void guest_tell_done(struct guest *guest, const uv_run *runs, size_t count)
{
	size_t listed = count < GUEST_RANGES ? count : GUEST_RANGES;
	for (size_t i = 0; i < listed; i++)
		guest->told->ranges[i] = (struct guest_range){ .first = runs[i].guest, .count = runs[i].count, .rights = runs[i].rights };
	guest->told->range_count = listed;
	guest->told->range_total = count;
	atomic_store_explicit(&guest->told->done, atomic_load_explicit(&guest->told->begun, memory_order_relaxed), memory_order_release);
}
