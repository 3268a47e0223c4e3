/* libultraview: reads the views of a partition and of a host, and writes the acknowledgements.
 *
 * The bytes are described in monitor-bridge/layout: directory.md, view.md, ack.md, host.md. Nothing in a file is believed
 * before it is checked; every failing call fills a uv_error that says what, where and what was expected.
 *
 * Threads: a uv_view, a uv_host_view and everything that reads them may be used by any number of threads at once, except that
 * nobody may be in a call while it is closed. A uv_cache, uv_selector, uv_ack and uv_host_ack belong to one thread, except where said.
 */
#ifndef ULTRAVIEW_H
#define ULTRAVIEW_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { UV_LAYOUT_VERSION = 1, UV_NAME_SIZE = 72, UV_PAGE_SIZE = 4096, UV_PATH_SIZE = 4096 };

/* ---- errors */

enum uv_code {
	UV_OK = 0,
	UV_NOT_FOUND = -1, /* no such file or directory */
	UV_IO = -2,	   /* the system refused a call; the text has its reason */
	UV_TRUNCATED = -3, /* shorter than its own header says */
	UV_FOREIGN = -4,   /* not one of our files */
	UV_VERSION = -5,   /* a layout version that this library does not know */
	UV_CORRUPT = -6,   /* a field out of range, or a wrong CRC */
	UV_MISMATCH = -7,  /* a sound file, but of another partition, host or generation than expected */
	UV_BUSY = -8,	   /* a lock is held by somebody else */
	UV_LOST = -9,	   /* the change ring has moved on: take a snapshot */
	UV_FULL = -10,	   /* no free slot, or no memory */
	UV_NONE = -11,	   /* no usable view now */
};

typedef struct uv_error {
	int code;
	char text[320];
} uv_error;

/* "CORRUPT" and so on. */
const char *uv_code_name(int code);

/* ---- the host's directory (directory.md) */

enum uv_file { UV_FILE_MEMORY, UV_FILE_HOST_LOCK, UV_FILE_HOST_ACK, UV_FILE_MONITOR_LOCK, UV_FILE_MONITOR_ACK, UV_FILE_VIEW, UV_FILE_HOST_VIEW };

/* The path of a file. `replica` for views, `partition` for monitors' files and views, otherwise NULL. UV_CORRUPT if a name is not
 * 1 to 64 of A-Z a-z 0-9 . _ - (a replica's: nor "." or ".."). */
int uv_path(char path[UV_PATH_SIZE], const char *host_directory, enum uv_file file, const char *replica, const char *partition, uv_error *error);

/* Takes an exclusive open-file-description lock; the descriptor holds it (and children that inherit the descriptor: it is not
 * close-on-exec). Makes the file if needed, never its directory. UV_BUSY if somebody holds it. */
int uv_lock_take(const char *path, int *descriptor, uv_error *error);

/* 1 if somebody holds the lock, 0 if nobody does (also if the file does not exist), or an error. Takes nothing. */
int uv_lock_probe(const char *path, uv_error *error);

/* CLOCK_MONOTONIC, ns. */
uint64_t uv_now(void);

/* A random number, never 0. */
uint64_t uv_nonce(void);

/* ---- entries */

typedef uint64_t uv_entry; /* a leaf entry of exactly one page, or UV_ABSENT, or UV_INVALID */

#define UV_ABSENT ((uv_entry)0)
#define UV_INVALID ((uv_entry)2) /* the view is corrupt: drop it */

enum uv_rights { UV_READ = 1, UV_WRITE = 2, UV_EXECUTE = 4 };

static inline bool uv_entry_mapped(uv_entry entry) { return (entry & 3) == 3; }
static inline uint64_t uv_entry_frame(uv_entry entry) { return entry >> 12 & 0xffffffffffu; }
static inline unsigned uv_entry_rights(uv_entry entry) { return (unsigned)(entry >> 2 & 7); }

/* ---- views */

typedef struct uv_view uv_view;

enum uv_state { UV_BUILDING = 0, UV_LIVE = 1, UV_RETIRED = 2 };

enum uv_partition_state { UV_CREATED = 0, UV_RUNNING = 1, UV_PAUSED = 2, UV_STOPPED = 3, UV_ZOMBIE = 4, UV_DESTROYED = 5 };

/* The identity page, checked. */
typedef struct uv_identity {
	uint64_t generation, serial, partition, node_capacity, reuse_distance, change_slots, file_size, writer_pid, writer_start, window;
	char partition_name[UV_NAME_SIZE], replica_name[UV_NAME_SIZE];
} uv_identity;

/* What goes with the map at one version. */
typedef struct uv_status {
	uint64_t version;	  /* of this file; only good for comparing with this file */
	uint64_t sequence;	  /* lower bound of the ledger sequence that was seen; the one to acknowledge */
	uint64_t version_sequence; /* ledger sequence at which the version was published; <= sequence */
	uint64_t published;	  /* time of the version */
	uint64_t change_end;	  /* change records contained in the version */
	uint64_t partition_state; /* enum uv_partition_state */
	uint64_t nonce, incarnation, floor; /* of the attached monitor; 0 if none */
} uv_status;

/* Maps and checks a view. `partition_name` may be NULL (any). UV_MISMATCH if it is another's. On error *view is NULL. */
int uv_view_open(const char *path, const char *partition_name, uv_view **view, uv_error *error);
void uv_view_close(uv_view *view);

/* Checks every header field, the CRC and the head again. uv_view_open has done it once. */
int uv_view_validate(const uv_view *view, uv_error *error);

const uv_identity *uv_view_identity(const uv_view *view);

/* Whether `path` now leads to another file than the one mapped (1), the same (0), or none (UV_NOT_FOUND). */
int uv_view_replaced(const uv_view *view, const char *path);

enum uv_state uv_view_state(const uv_view *view);
uint64_t uv_beat(const uv_view *view);	   /* time of the writer's last sign of life */
uint64_t uv_known_sequence(const uv_view *view);
uint64_t uv_sequence(const uv_view *view); /* ledger sequence; a walk that starts afterwards sees at least this. Acquire */
uint64_t uv_version(const uv_view *view);

/* One consistent status. UV_CORRUPT if the commit record fails its check. */
int uv_status_read(const uv_view *view, uv_status *status, uv_error *error);

/* Where a guest page leads now. Wait-free in practice; never torn. */
uv_entry uv_translate(const uv_view *view, uint64_t guest_page);

/* The same for many pages at one version. 1: exactly one state; 0: single-entry additions published meanwhile may be mixed in;
 * UV_CORRUPT. Much faster per page than one by one, because the memory accesses overlap. */
int uv_translate_batch(const uv_view *view, const uint64_t *guest_pages, uv_entry *entries, size_t count);

/* A maximal run of pages with consecutive frames and equal rights. */
typedef struct uv_run {
	uint64_t guest, frame, count;
	unsigned rights;
} uv_run;

/* The whole map and its status at one version; single-entry additions published meanwhile may be in it (they are in the change
 * ring after status.change_end, too). */
typedef struct uv_snapshot {
	uv_status status;
	size_t count;
	uv_run *runs; /* by rising guest page */
} uv_snapshot;

int uv_snapshot_take(const uv_view *view, uv_snapshot *snapshot, uv_error *error);
void uv_snapshot_free(uv_snapshot *snapshot);

/* Calls `visit` for each run of one snapshot, until it returns non-zero; returns that, or an error. */
int uv_walk(const uv_view *view, int (*visit)(void *context, const uv_run *run), void *context, uv_status *status, uv_error *error);

/* One change: `entry` is that of the first page (later pages: later frames), or UV_ABSENT if the pages were taken away. */
typedef struct uv_change {
	uint64_t guest, count;
	uv_entry entry;
} uv_change;

/* Copies at most `most` change records from *cursor on and advances it. Returns how many, or UV_LOST (take a snapshot, continue from its
 * status.change_end). To know the sequence reached: load uv_sequence() before, apply until 0 comes back. */
int uv_changes(const uv_view *view, uint64_t *cursor, uv_change *changes, size_t most);

/* Waits until something is published after the moment when `seen` was loaded by uv_wake_word, or the time is over. 1 if so, 0 if not. If
 * `sleeping` is not NULL it is the flag in the acknowledgement file, which makes the writer wake us. */
uint32_t uv_wake_word(const uv_view *view);
int uv_wait(const uv_view *view, uint32_t seen, _Atomic uint32_t *sleeping, uint64_t timeout_ns);

/* ---- a reader's own cache of hot translations; one thread */

enum { UV_CACHE_WAYS = 4, UV_CACHE_BUCKETS = 1024 };

typedef struct uv_cache_line {
	uint64_t key; /* page << 14 | epoch */
	uv_entry entry;
} uv_cache_line;

typedef struct uv_cache {
	const uv_view *view;
	const _Atomic uint64_t *head_word;
	uint64_t head;	/* for which the lines are good */
	uint64_t epoch; /* 1 to 16383 */
	uint64_t cursor;
	uint64_t victim; /* which way is given up next */
	uv_cache_line (*buckets)[UV_CACHE_WAYS];
} uv_cache;

int uv_cache_open(uv_cache *cache, const uv_view *view, uv_error *error);
void uv_cache_close(uv_cache *cache);
uv_entry uv_cache_miss(uv_cache *cache, uint64_t guest_page); /* the slow half of uv_cache_translate */

/* As uv_translate. A mapping that was added or got more rights in place a moment ago may still show as it was: on a missing right ask uv_translate. */
static inline uv_entry uv_cache_translate(uv_cache *cache, uint64_t guest_page)
{
	const uv_cache_line *bucket = cache->buckets[guest_page & (UV_CACHE_BUCKETS - 1)];
	uint64_t key = guest_page << 14 | cache->epoch;
	/* Without branches: which way it is cannot be predicted. */
	unsigned way = bucket[1].key == key ? 1 : 0;
	way = bucket[2].key == key ? 2 : way;
	way = bucket[3].key == key ? 3 : way;
	if (__builtin_expect(atomic_load_explicit(cache->head_word, memory_order_acquire) == cache->head && bucket[way].key == key, 1))
		return bucket[way].entry;
	return uv_cache_miss(cache, guest_page);
}

/* ---- choosing among the replicas' views; one thread */

typedef struct uv_selector uv_selector;

/* Follows HOSTDIR/views/<any replica>/PARTITION.view. With a nonce: a view is usable once it carries that nonce (its attachment), or
 * stands at the attachment's floor. With nonce 0: any live view. Replicas may come later; no view need exist yet. */
int uv_selector_open(const char *host_directory, const char *partition_name, uint64_t nonce, uv_selector **selector, uv_error *error);
void uv_selector_close(uv_selector *selector);

/* The view to use now: live, not below the floor, not below what was used before, and the freshest; it stays with the last one as long as that is
 * as fresh, or has not been behind for more than 50 ms. NULL with UV_NONE and a reason if none is usable: go on with what you have. A view returned
 * earlier stays mapped until the call after the one that returned another, so finish with it then. `status` is read at the same time. */
const uv_view *uv_select(uv_selector *selector, uv_status *status, uv_error *error);

/* Says that results of this sequence have been used or acknowledged: no view below it is chosen any more. uv_select says it for what it returns. */
void uv_selector_used(uv_selector *selector, uint64_t sequence);

/* Counters: how often the choice changed, how many files were refused. The text of the last refusal, "" if none. */
uint64_t uv_selector_switches(const uv_selector *selector);
uint64_t uv_selector_refused(const uv_selector *selector);
const char *uv_selector_refusal(const uv_selector *selector);

/* Waits until any followed view publishes after the last uv_select began, or the time is over. 1 or 0. */
int uv_selector_wait(uv_selector *selector, _Atomic uint32_t *sleeping, uint64_t timeout_ns);

/* ---- a monitor's acknowledgement file */

typedef struct uv_ack uv_ack;

typedef struct uv_ack_statistics { /* ack.md, 0x400; any thread, relaxed */
	_Atomic uint64_t faults_contained, translations, checks_good, checks_bad, longest_stall, last_fault_address, exit_reason, view_switches,
		views_refused, pages_mapped, grants, revokes, grant_time, revoke_time, guest_progress, resyncs;
} uv_ack_statistics;

enum uv_exit_reason { UV_EXIT_NONE = 0, UV_EXIT_ASKED = 1, UV_EXIT_NOT_RUNNING = 2, UV_EXIT_GUEST_ENDED = 3, UV_EXIT_CONTAINMENT = 4, UV_EXIT_LOCK_LOST = 5, UV_EXIT_ERROR = 6 };

/* Makes the file (complete, by rename). The caller holds the partition's lock. */
int uv_ack_create(const char *path, const char *partition_name, uint64_t nonce, uv_ack **ack, uv_error *error);
void uv_ack_close(uv_ack *ack);

void uv_ack_attached(uv_ack *ack, uint64_t incarnation);   /* once, before the first uv_ack_sequence */
void uv_ack_sequence(uv_ack *ack, uint64_t sequence);	    /* nothing given by a view below it is in use; lower values are ignored */
uint64_t uv_ack_acknowledged(const uv_ack *ack);
void uv_ack_heartbeat(uv_ack *ack);			    /* any thread */
void uv_ack_ended(uv_ack *ack, enum uv_exit_reason reason, int exit_code, const char *text);
void uv_ack_text(uv_ack *ack, const char *text);
uv_ack_statistics *uv_ack_stats(uv_ack *ack);		    /* any thread */
_Atomic uint32_t *uv_ack_sleeping(uv_ack *ack);		    /* for uv_wait and uv_selector_wait */

/* ---- the host agent's side */

typedef struct uv_host_view uv_host_view;

typedef struct uv_scrub {
	uint64_t revocation, first_frame, count, ready; /* window-relative frames */
} uv_scrub;

typedef struct uv_expected_monitor {
	uint64_t partition, incarnation, nonce;
	char name[UV_NAME_SIZE];
} uv_expected_monitor;

/* One version of a host view, copied out. */
typedef struct uv_host_state {
	uint64_t version, sequence, nonce, incarnation, floor, scrubs_pending;
	size_t scrub_count, monitor_count;
	uv_scrub *scrubs;
	uv_expected_monitor *monitors;
} uv_host_state;

typedef struct uv_host_identity {
	uint64_t generation, serial, window, scrub_capacity, monitor_capacity, file_size, writer_pid, writer_start;
	char host_name[UV_NAME_SIZE], replica_name[UV_NAME_SIZE];
} uv_host_identity;

int uv_host_view_open(const char *path, uv_host_view **view, uv_error *error);
void uv_host_view_close(uv_host_view *view);
const uv_host_identity *uv_host_view_identity(const uv_host_view *view);
enum uv_state uv_host_view_state(const uv_host_view *view);
uint64_t uv_host_view_sequence(const uv_host_view *view);
/* Fills `state`, which starts zeroed and may be used again; free it with uv_host_state_free. */
int uv_host_view_read(const uv_host_view *view, uv_host_state *state, uv_error *error);
void uv_host_state_free(uv_host_state *state);

typedef struct uv_host_selector uv_host_selector; /* as uv_selector, over HOSTDIR/views/<any replica>/host-view */

int uv_host_selector_open(const char *host_directory, uint64_t nonce, uv_host_selector **selector, uv_error *error);
void uv_host_selector_close(uv_host_selector *selector);
/* Reads the freshest usable host view into `state`; UV_NONE if there is none. */
int uv_host_select(uv_host_selector *selector, uv_host_state *state, uv_error *error);
int uv_host_selector_wait(uv_host_selector *selector, _Atomic uint32_t *sleeping, uint64_t timeout_ns);

typedef struct uv_host_ack uv_host_ack;

int uv_host_ack_create(const char *path, const char *host_name, uint64_t nonce, uint64_t memory_size, uv_host_ack **ack, uv_error *error);
void uv_host_ack_close(uv_host_ack *ack);
void uv_host_ack_attached(uv_host_ack *ack, uint64_t incarnation); /* once, before any slot */
void uv_host_ack_sequence(uv_host_ack *ack, uint64_t sequence); /* of the state acted upon; before its scrubs and deaths are noted */
void uv_host_ack_heartbeat(uv_host_ack *ack);
void uv_host_ack_ended(uv_host_ack *ack, int exit_code);
_Atomic uint32_t *uv_host_ack_sleeping(uv_host_ack *ack);
void uv_host_ack_statistics(uv_host_ack *ack, uint64_t frames_scrubbed, uint64_t scrub_time_ns, uint64_t locks_watched);

bool uv_host_ack_has_scrubbed(const uv_host_ack *ack, uint64_t revocation);
int uv_host_ack_scrubbed(uv_host_ack *ack, uint64_t revocation);		 /* UV_FULL: try again after a prune; listed already is fine */
bool uv_host_ack_has_dead(const uv_host_ack *ack, uint64_t incarnation);
int uv_host_ack_dead(uv_host_ack *ack, uint64_t partition, uint64_t incarnation); /* the same */
/* Forgets what this state, read from a host view, no longer asks for and what was noted at or below its sequence. */
void uv_host_ack_prune(uv_host_ack *ack, const uv_host_state *state);

#endif
