#include "follow.h"

#include <string.h>

#define PAGE_LIMIT (1ull << 50)

/* One change on its way into the page tables. */
struct change {
	struct follow *follow;
	struct guest *guest;
	const struct memory *memory;
	bool grants, revokes;
};

int follow_open(struct follow *follow, const char *host_directory, const char *partition, uint64_t nonce, uv_ack *ack, uv_error *error)
{
	*follow = (struct follow){ .ack = ack, .nonce = nonce };
	return uv_selector_open(host_directory, partition, nonce, &follow->selector, error);
}

void follow_close(struct follow *follow)
{
	uv_selector_close(follow->selector);
	runs_free(&follow->runs);
}

/* Next time everything is compared. */
static void forget_file(struct follow *follow)
{
	follow->generation = follow->serial = 0;
}

/* ---- the sink of runs.h */

static void take(void *context, uint64_t guest, uint64_t count)
{
	struct change *change = context;
	guest_tell_begin(change->guest);
	guest_tell_revoked(change->guest, guest, count);
	change->revokes = true;
}

static void unmap(void *context, uint64_t guest, uint64_t count)
{
	struct change *change = context;
	guest_tell_begin(change->guest);
	guest_unmap(change->guest, guest, count);
}

static void map(void *context, const uv_run *run)
{
	struct change *change = context;
	guest_tell_begin(change->guest);
	guest_map(change->guest, run);
	change->grants = true;
}

/* ---- what the view gives, and what of it can be given here: never more */

static uv_run allowed(struct change *change, uv_run run)
{
	uint64_t window = change->guest->span / UV_PAGE_SIZE;
	if (!(run.rights & UV_READ))
		run.rights = 0; /* x86 has no rights without reading */
	if (!change->memory->executable)
		run.rights &= ~(unsigned)UV_EXECUTE;
	if (run.guest >= window)
		run.count = 0;
	else if (run.count > window - run.guest)
		run.count = window - run.guest;
	return run;
}

/* How many of the run's pages the memory object has. */
static uint64_t inside(struct change *change, const uv_run *run)
{
	uint64_t memory = change->memory->pages, count = run->frame >= memory ? 0 : memory - run->frame;
	if (run->rights == 0 || count >= run->count)
		return run->count;
	change->follow->clipped = true;
	return count;
}

/* The part of an allowed run that the memory object does not have leads nowhere. */
static int put(struct change *change, uv_run run)
{
	const struct runs_sink sink = { .context = change, .take = take, .unmap = unmap, .map = map };
	uint64_t count = inside(change, &run);
	uv_run beyond = { .guest = run.guest + count, .count = run.count - count };
	run.count = count;
	if (runs_put(&change->follow->runs, &beyond, &sink) != 0)
		return -1;
	return runs_put(&change->follow->runs, &run, &sink);
}

/* Every page is compared. Returns UV_OK, or an error of the view, or UV_FULL. */
static int apply_snapshot(struct change *change, const uv_view *view, uv_status *status, uv_error *error)
{
	struct follow *follow = change->follow;
	const struct runs_sink sink = { .context = change, .take = take, .unmap = unmap, .map = map };
	uv_snapshot snapshot;
	size_t kept = 0;
	int bad = uv_snapshot_take(view, &snapshot, error);
	if (bad)
		return bad;
	for (size_t i = 0; i < snapshot.count; i++) {
		uv_run run = allowed(change, snapshot.runs[i]);
		run.count = inside(change, &run);
		if (run.rights != 0 && run.count > 0)
			snapshot.runs[kept++] = run;
	}
	bad = runs_become(&follow->runs, snapshot.runs, kept, &sink) == 0 ? UV_OK : UV_FULL;
	*status = snapshot.status;
	follow->generation = uv_view_identity(view)->generation;
	follow->serial = uv_view_identity(view)->serial;
	follow->cursor = snapshot.status.change_end;
	uv_snapshot_free(&snapshot);
	if (bad) {
		error->code = UV_FULL;
		strcpy(error->text, "no memory for the list of mappings");
	}
	return bad;
}

static bool sane(const uv_change *change)
{
	return change->guest < PAGE_LIMIT && change->count > 0 && change->count <= PAGE_LIMIT - change->guest && (change->entry == UV_ABSENT || uv_entry_mapped(change->entry));
}

/* Only what the change ring says since the last time. UV_LOST: it has moved on. */
static int apply_changes(struct change *change, const uv_view *view)
{
	uv_change records[128];
	int count;
	while ((count = uv_changes(view, &change->follow->cursor, records, sizeof records / sizeof *records)) > 0)
		for (int i = 0; i < count; i++) {
			uv_run run = { .guest = records[i].guest, .count = records[i].count };
			if (!sane(&records[i]))
				return UV_LOST;
			if (uv_entry_mapped(records[i].entry)) {
				run.frame = uv_entry_frame(records[i].entry);
				run.rights = uv_entry_rights(records[i].entry);
			}
			if (put(change, allowed(change, run)) != 0)
				return UV_FULL;
		}
	return count;
}

/* ---- looking */

enum follow_result follow_look(struct follow *follow, const uv_view **view, uv_status *status, uv_error *error)
{
	*view = uv_select(follow->selector, status, error);
	if (!*view)
		return FOLLOW_NONE;
	if (status->nonce != follow->nonce)
		return FOLLOW_FENCED; /* it is at or above our floor, so the attachment was ours and is over */
	if (follow->incarnation == 0) {
		follow->incarnation = status->incarnation;
		uv_ack_attached(follow->ack, status->incarnation);
	}
	return FOLLOW_GOOD;
}

static void acknowledge(struct follow *follow, uint64_t sequence)
{
	if (sequence <= follow->sequence)
		return;
	follow->sequence = sequence;
	uv_selector_used(follow->selector, sequence);
	uv_ack_sequence(follow->ack, sequence);
}

static void account(struct follow *follow, const struct change *change, uint64_t started)
{
	uv_ack_statistics *statistics = uv_ack_stats(follow->ack);
	uint64_t took = uv_now() - started;
	atomic_store_explicit(&statistics->pages_mapped, follow->runs.pages, memory_order_relaxed);
	/* A change that does both counts as a revocation: that is what somebody waits for. */
	if (change->revokes) {
		atomic_fetch_add_explicit(&statistics->revokes, 1, memory_order_relaxed);
		atomic_fetch_add_explicit(&statistics->revoke_time, took, memory_order_relaxed);
	} else if (change->grants) {
		atomic_fetch_add_explicit(&statistics->grants, 1, memory_order_relaxed);
		atomic_fetch_add_explicit(&statistics->grant_time, took, memory_order_relaxed);
	}
}

static bool same_file(const struct follow *follow, const uv_view *view)
{
	return uv_view_identity(view)->generation == follow->generation && uv_view_identity(view)->serial == follow->serial;
}

enum follow_result follow_apply(struct follow *follow, struct guest *guest, struct memory *memory, const uv_view *view, const uv_status *status, uv_error *error)
{
	struct change change = { .follow = follow, .guest = guest, .memory = memory };
	uint64_t started = uv_now(), reached = status->sequence, pages = memory->pages;
	int bad = UV_LOST;
	memory_refresh(memory);
	if (follow->clipped && memory->pages > pages)
		forget_file(follow);
	if (same_file(follow, view) && status->sequence == follow->sequence)
		return FOLLOW_GOOD;
	if (same_file(follow, view))
		bad = apply_changes(&change, view);
	if (bad == UV_LOST) {
		uv_status now;
		follow->clipped = false;
		bad = apply_snapshot(&change, view, &now, error);
		if (!bad) {
			reached = now.sequence;
			atomic_fetch_add_explicit(&uv_ack_stats(follow->ack)->resyncs, 1, memory_order_relaxed);
		}
	}
	if (bad == UV_FULL || !guest_flush(guest)) {
		if (bad != UV_FULL) {
			error->code = UV_IO;
			strcpy(error->text, "a change of the guest's mappings failed");
		}
		return FOLLOW_FAILED;
	}
	if (change.grants || change.revokes) {
		guest_tell_done(guest, follow->runs.runs, follow->runs.count);
		account(follow, &change, started);
	}
	if (bad) {
		forget_file(follow);
		return FOLLOW_NONE;
	}
	acknowledge(follow, reached);
	return FOLLOW_GOOD;
}

void follow_without_guest(struct follow *follow, const uv_status *status)
{
	runs_free(&follow->runs);
	forget_file(follow);
	atomic_store_explicit(&uv_ack_stats(follow->ack)->pages_mapped, 0, memory_order_relaxed);
	acknowledge(follow, status->sequence);
}

void follow_audit(struct follow *follow, const uv_view *view, size_t pages)
{
	for (size_t i = 0; i < pages && follow->runs.count > 0; i++) {
		const uv_run *run = &follow->runs.runs[follow->audited++ % follow->runs.count];
		uint64_t offset = follow->audited * 2654435761u % run->count;
		uv_entry entry = uv_translate(view, run->guest + offset);
		bool equal = uv_entry_mapped(entry) && uv_entry_frame(entry) == run->frame + offset && (run->rights & ~uv_entry_rights(entry)) == 0;
		if (!equal && same_file(follow, view) && uv_sequence(view) == follow->sequence)
			forget_file(follow);
		atomic_fetch_add_explicit(&uv_ack_stats(follow->ack)->translations, 1, memory_order_relaxed);
	}
}
