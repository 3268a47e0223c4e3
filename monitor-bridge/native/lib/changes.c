/* The change ring, and waiting for something to be published. */
#include "view.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int uv_changes(const uv_view *view, uint64_t *cursor, uv_change *changes, size_t most)
{
	uint64_t end = atomic_load_explicit(&view->header->changes, memory_order_acquire), first = *cursor;
	size_t count = 0;
	bool sound = true;
	if (first > end)
		return UV_LOST;
	for (uint64_t i = first; i < end && count < most; i++, count++) {
		const struct view_change *record = &view->changes[i & (view->change_slots - 1)];
		sound = sound && atomic_load_explicit(&record->number, memory_order_relaxed) == i + 1;
		changes[count].guest = atomic_load_explicit(&record->guest, memory_order_relaxed);
		changes[count].count = atomic_load_explicit(&record->count, memory_order_relaxed);
		changes[count].entry = atomic_load_explicit(&record->entry, memory_order_relaxed);
	}
	atomic_thread_fence(memory_order_acquire);
	if (atomic_load_explicit(&view->header->changes_claimed, memory_order_relaxed) - first > view->change_slots || !sound)
		return UV_LOST;
	*cursor = first + count;
	return (int)count;
}

uint32_t uv_wake_word(const uv_view *view)
{
	return atomic_load_explicit(&view->header->wake, memory_order_acquire);
}

static bool any_moved(const _Atomic uint32_t *const *words, const uint32_t *seen, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (atomic_load_explicit(words[i], memory_order_seq_cst) != seen[i])
			return true;
	return false;
}

static struct timespec to_timespec(uint64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / 1000000000u), .tv_nsec = (long)(ns % 1000000000u) };
}

/* One system call; returns when a word may have moved or the time is over. False: a signal came. */
static bool sleep_on(const _Atomic uint32_t *const *words, const uint32_t *seen, size_t count, uint64_t deadline)
{
	struct timespec until = to_timespec(deadline);
	if (count == 0) {
		return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != EINTR;
	}
#ifdef SYS_futex_waitv
	if (count > 1) {
		struct futex_waitv waits[FUTEX_WAITV_MAX];
		size_t waited = count < FUTEX_WAITV_MAX ? count : FUTEX_WAITV_MAX;
		for (size_t i = 0; i < waited; i++)
			waits[i] = (struct futex_waitv){ .val = seen[i], .uaddr = (uintptr_t)words[i], .flags = FUTEX_32 };
		if (syscall(SYS_futex_waitv, waits, waited, 0, &until, CLOCK_MONOTONIC) >= 0)
			return true;
		if (errno != ENOSYS)
			return errno != EINTR;
		/* A kernel before 5.16: sleep on the first, but look at the others every millisecond. */
		uint64_t soon = uv_now() + 1000000;
		if (soon < deadline)
			until = to_timespec(soon);
	}
#endif
	return syscall(SYS_futex, words[0], FUTEX_WAIT_BITSET, seen[0], &until, NULL, FUTEX_BITSET_MATCH_ANY) == 0 || errno != EINTR;
}

int uv_wait_any(const _Atomic uint32_t *const *words, const uint32_t *seen, size_t count, _Atomic uint32_t *sleeping, uint64_t timeout_ns)
{
	uint64_t deadline = uv_now() + timeout_ns;
	bool moved = any_moved(words, seen, count);
	if (moved)
		return 1;
	if (sleeping) {
		atomic_store_explicit(sleeping, 1, memory_order_seq_cst);
		atomic_thread_fence(memory_order_seq_cst);
	}
	for (bool go_on = true; go_on && !(moved = any_moved(words, seen, count)) && uv_now() < deadline;)
		go_on = sleep_on(words, seen, count, deadline);
	moved = moved || any_moved(words, seen, count);
	if (sleeping)
		atomic_store_explicit(sleeping, 0, memory_order_seq_cst);
	return moved;
}

int uv_wait(const uv_view *view, uint32_t seen, _Atomic uint32_t *sleeping, uint64_t timeout_ns)
{
	const _Atomic uint32_t *word = &view->header->wake;
	return uv_wait_any(&word, &seen, 1, sleeping, timeout_ns);
}
