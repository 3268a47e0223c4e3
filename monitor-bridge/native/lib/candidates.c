/* Following every replica's view of one partition, or of the host, and choosing the one to use.
 *
 * Rules: (1) only a live view (or a destroyed partition's last one) at or above the floor of our attachment; a view that carries our nonce is that by itself. (2) Never below a ledger
 * sequence that was used before. (3) The freshest; but changing costs a reader with real mappings a comparison of the whole map, so it stays
 * until the one it uses has been behind for PATIENCE. (4) A file for the same name is accepted only if its (generation, serial) is higher.
 * Times only help to choose: whatever the choice, nothing is used that (1) and (2) do not allow. */
#include "candidates.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PATIENCE 50000000u /* ns */
#define RESCAN 20000000u   /* ns */

/* ---- what differs between the two kinds of view */

/* Nobody writes the view of a destroyed partition any more, but its last word stands. */
static bool says_destroyed(const uv_view *view)
{
	uv_status status;
	return uv_view_state(view) == UV_RETIRED && uv_status_read(view, &status, NULL) == UV_OK && status.partition_state == UV_DESTROYED;
}

static bool candidate_live(const struct follower *f, const struct candidate *c)
{
	if (!c->view)
		return false;
	if (f->of_host)
		return uv_host_view_state(c->host) == UV_LIVE;
	return uv_view_state(c->view) == UV_LIVE || says_destroyed(c->view);
}

/* What a reader of it would see at least. Not the sequence word alone: a version is visible a moment before that word rises. */
static uint64_t candidate_sequence(const struct follower *f, const struct candidate *c)
{
	uv_status status;
	if (f->of_host)
		return uv_host_view_sequence(c->host);
	return uv_status_read(c->view, &status, NULL) == UV_OK ? status.sequence : uv_sequence(c->view);
}

static void close_candidate(const struct follower *f, void *view)
{
	if (f->of_host)
		uv_host_view_close(view);
	else
		uv_view_close(view);
}

static const _Atomic uint32_t *candidate_word(const struct follower *f, const struct candidate *c)
{
	return f->of_host ? &c->host->header->wake : &c->view->header->wake;
}

/* Learns the attachment from a candidate that carries our nonce. */
static void look_for_attachment(struct follower *f, const struct candidate *c)
{
	if (f->of_host) {
		uv_host_state state = { 0 };
		if (uv_host_view_read(c->host, &state, NULL) == UV_OK && state.nonce == f->nonce) {
			f->attached = true;
			f->floor = state.floor;
		}
		uv_host_state_free(&state);
		return;
	}
	uv_status status;
	if (uv_status_read(c->view, &status, NULL) == UV_OK && status.nonce == f->nonce) {
		f->attached = true;
		f->floor = status.floor;
		f->attached_partition = c->view->identity.partition;
	}
}

static int open_candidate(const struct follower *f, const char *path, struct candidate *opened, uv_error *error)
{
	int bad = f->of_host ? uv_host_view_open(path, &opened->host, error) : uv_view_open(path, f->partition, &opened->view, error);
	if (bad)
		return bad;
	opened->generation = f->of_host ? opened->host->identity.generation : opened->view->identity.generation;
	opened->serial = f->of_host ? opened->host->identity.serial : opened->view->identity.serial;
	return UV_OK;
}

static bool same_file(const struct follower *f, const struct candidate *c, const struct stat *status)
{
	if (!c->view)
		return false;
	if (f->of_host)
		return c->host->device == status->st_dev && c->host->inode == status->st_ino;
	return c->view->device == status->st_dev && c->view->inode == status->st_ino;
}

/* ---- finding files */

static void part_with(struct follower *f, void *view)
{
	if (f->parting_count == sizeof f->partings / sizeof f->partings[0]) {
		close_candidate(f, f->partings[0].view);
		memmove(f->partings, f->partings + 1, --f->parting_count * sizeof f->partings[0]);
	}
	f->partings[f->parting_count++] = (struct parting){ .view = view };
}

static void age_partings(struct follower *f)
{
	size_t kept = 0;
	for (size_t i = 0; i < f->parting_count; i++) {
		if (++f->partings[i].calls > 2)
			close_candidate(f, f->partings[i].view);
		else
			f->partings[kept++] = f->partings[i];
	}
	f->parting_count = kept;
}

static void note_refusal(struct follower *f, struct candidate *c, const struct stat *status, const uv_error *error)
{
	f->refused++;
	f->refusal = *error;
	c->refused_device = status->st_dev;
	c->refused_inode = status->st_ino;
	c->refused_change = status->st_ctim;
}

static bool refused_before(const struct candidate *c, const struct stat *status)
{
	return c->refused_inode == status->st_ino && c->refused_device == status->st_dev && c->refused_change.tv_sec == status->st_ctim.tv_sec &&
	       c->refused_change.tv_nsec == status->st_ctim.tv_nsec;
}

/* Opens what now has the candidate's name, if it is another file and a later one. */
static void refresh(struct follower *f, struct candidate *c)
{
	char path[UV_PATH_SIZE];
	struct stat status;
	struct candidate opened = { 0 };
	uv_error error;
	if (uv_path(path, f->host_directory, f->of_host ? UV_FILE_HOST_VIEW : UV_FILE_VIEW, c->replica, f->partition, &error) != UV_OK)
		return;
	if (stat(path, &status) != 0 || same_file(f, c, &status) || refused_before(c, &status))
		return;
	int bad = open_candidate(f, path, &opened, &error);
	if (bad == UV_NOT_FOUND)
		return;
	if (!bad && (opened.generation < c->generation || (opened.generation == c->generation && opened.serial <= c->serial))) {
		bad = uv_fail(&error, UV_MISMATCH, "%s is of generation %" PRIu64 ".%" PRIu64 ", later than %" PRIu64 ".%" PRIu64 " expected", path,
			      opened.generation, opened.serial, c->generation, c->serial);
		close_candidate(f, opened.view);
	}
	if (bad) {
		note_refusal(f, c, &status, &error);
		return;
	}
	if (c->view)
		part_with(f, c->view);
	c->view = opened.view;
	c->generation = opened.generation;
	c->serial = opened.serial;
}

static bool known_replica(const struct follower *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->candidates[i].replica, name) == 0)
			return true;
	return false;
}

static void scan(struct follower *f)
{
	char path[UV_PATH_SIZE];
	struct dirent *entry;
	DIR *directory;
	f->scanned = uv_now();
	snprintf(path, sizeof path, "%.*s/views", UV_PATH_SIZE - 8, f->host_directory);
	directory = opendir(path);
	if (directory) {
		while (f->count < MOST_REPLICAS && (entry = readdir(directory)))
			if (uv_name_valid(entry->d_name) && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && !known_replica(f, entry->d_name))
				snprintf(f->candidates[f->count++].replica, UV_NAME_SIZE, "%.64s", entry->d_name);
		closedir(directory);
	}
	for (size_t i = 0; i < f->count; i++)
		refresh(f, &f->candidates[i]);
}

/* ---- choosing */

static bool usable(struct follower *f, const struct candidate *c)
{
	if (!candidate_live(f, c))
		return false;
	if (f->nonce && !f->attached)
		look_for_attachment(f, c);
	if (f->nonce && !f->attached)
		return false;
	if (f->attached_partition && c->view->identity.partition != f->attached_partition)
		return false;
	uint64_t sequence = candidate_sequence(f, c);
	return sequence >= f->floor && sequence >= f->used;
}

static int freshest(struct follower *f)
{
	int best = -1;
	uint64_t best_sequence = 0;
	for (size_t i = 0; i < f->count; i++) {
		if (!usable(f, &f->candidates[i]))
			continue;
		uint64_t sequence = candidate_sequence(f, &f->candidates[i]);
		if (best < 0 || sequence > best_sequence) {
			best = (int)i;
			best_sequence = sequence;
		}
	}
	return best;
}

/* Whether the current choice, which is usable, has lost patience with being behind `sequence`. */
static bool too_far_behind(struct follower *f, uint64_t sequence)
{
	uint64_t own = candidate_sequence(f, &f->candidates[f->current]), now = uv_now();
	if (own >= sequence || (f->behind_since && own >= f->behind_target)) {
		f->behind_since = 0;
		if (own >= sequence)
			return false;
	}
	if (!f->behind_since) {
		f->behind_since = now;
		f->behind_target = sequence;
	}
	return now - f->behind_since > PATIENCE;
}

static int choose(struct follower *f)
{
	int best = freshest(f);
	if (best < 0 || best == f->current) {
		f->behind_since = 0;
		return best;
	}
	if (f->current >= 0 && usable(f, &f->candidates[f->current]) && !too_far_behind(f, candidate_sequence(f, &f->candidates[best])))
		return f->current;
	f->behind_since = 0;
	return best;
}

static void note_words(struct follower *f)
{
	f->word_count = 0;
	for (size_t i = 0; i < f->count; i++)
		if (candidate_live(f, &f->candidates[i])) {
			f->words[f->word_count] = candidate_word(f, &f->candidates[i]);
			f->seen[f->word_count] = atomic_load_explicit(f->words[f->word_count], memory_order_acquire);
			f->word_count++;
		}
}

static bool any_retired(const struct follower *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->candidates[i].view && !candidate_live(f, &f->candidates[i]))
			return true;
	return false;
}

struct candidate *candidates_follow(struct follower *f, uv_error *error)
{
	age_partings(f);
	if (uv_now() - f->scanned >= RESCAN || f->scanned == 0 || any_retired(f))
		scan(f);
	note_words(f); /* before looking, so that nothing is missed between looking and waiting */
	int chosen = choose(f);
	if (chosen < 0) {
		const char *why = f->count == 0	       ? "no replica has made any" :
				  f->word_count == 0   ? "none is live" :
				  f->nonce && !f->attached ? "the attachment is not in any yet" :
							 "all are behind what was used before";
		uv_fail(error, UV_NONE, "no usable view of %s%.64s in %.100s/views: %s", f->of_host ? "the host" : "partition ", f->partition,
			f->host_directory, why);
		return NULL;
	}
	if (f->current >= 0 && chosen != f->current)
		f->switches++;
	f->current = chosen;
	return &f->candidates[chosen];
}

void candidates_drop(struct follower *f, struct candidate *c, const uv_error *error)
{
	struct stat file = { 0 };
	/* If the name leads to another file by now, that one has not been looked at. */
	if (stat(f->of_host ? c->host->path : c->view->path, &file) == 0 && !same_file(f, c, &file))
		file = (struct stat){ 0 };
	note_refusal(f, c, &file, error);
	part_with(f, c->view);
	c->view = NULL;
	f->current = -1;
}

void candidates_used(struct follower *f, uint64_t sequence)
{
	if (sequence > f->used)
		f->used = sequence;
}

int candidates_start(struct follower *f, const char *host_directory, const char *partition, uint64_t nonce, uv_error *error)
{
	char path[UV_PATH_SIZE];
	f->of_host = partition == NULL;
	f->nonce = nonce;
	f->current = -1;
	int bad = uv_path(path, host_directory, f->of_host ? UV_FILE_HOST_VIEW : UV_FILE_VIEW, "any", partition, error);
	if (bad)
		return bad;
	snprintf(f->host_directory, sizeof f->host_directory, "%s", host_directory);
	snprintf(f->partition, sizeof f->partition, "%s", partition ? partition : "");
	return UV_OK;
}

void candidates_stop(struct follower *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->candidates[i].view)
			close_candidate(f, f->candidates[i].view);
	for (size_t i = 0; i < f->parting_count; i++)
		close_candidate(f, f->partings[i].view);
}

int candidates_wait(struct follower *f, _Atomic uint32_t *sleeping, uint64_t timeout_ns)
{
	/* Replicas that come up have no word to wait on yet: look for them now and then. */
	if (timeout_ns > RESCAN && f->word_count == 0)
		timeout_ns = RESCAN;
	return uv_wait_any(f->words, f->seen, f->word_count, sleeping, timeout_ns);
}
