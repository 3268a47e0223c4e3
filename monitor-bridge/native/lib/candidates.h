/* The views of one partition, or of the host, that the replicas write, and the choice among them. Private to select.c. */
#ifndef ULTRAVIEW_CANDIDATES_H
#define ULTRAVIEW_CANDIDATES_H

#include "host_view.h"
#include "view.h"

#include <time.h>

enum { MOST_REPLICAS = 64 };

struct candidate {
	char replica[UV_NAME_SIZE];
	union {
		uv_view *view; /* NULL until a good file was found */
		uv_host_view *host;
	};
	uint64_t generation, serial; /* of the last good one */
	dev_t refused_device;	     /* a file that was refused is not looked at twice */
	ino_t refused_inode;
	struct timespec refused_change;
};

/* A view that is no longer in use here; the caller may still be in it. */
struct parting {
	void *view;
	int calls; /* of uv_select since */
};

struct follower {
	char host_directory[UV_PATH_SIZE];
	char partition[UV_NAME_SIZE]; /* "" for the host's */
	uint64_t nonce, floor, used, attached_partition;
	bool of_host, attached;
	struct candidate candidates[MOST_REPLICAS];
	size_t count;
	struct parting partings[2 * MOST_REPLICAS];
	size_t parting_count;
	int current; /* -1: none yet */
	uint64_t behind_since, behind_target, scanned;
	uint64_t switches, refused;
	uv_error refusal;
	const _Atomic uint32_t *words[MOST_REPLICAS];
	uint32_t seen[MOST_REPLICAS];
	size_t word_count;
};

/* Begins to follow; `partition` NULL for the host's views. The follower starts zeroed. */
int candidates_start(struct follower *f, const char *host_directory, const char *partition, uint64_t nonce, uv_error *error);
void candidates_stop(struct follower *f);

/* The candidate to use, or NULL with a reason. */
struct candidate *candidates_follow(struct follower *f, uv_error *error);

/* The candidate's view turned out to be corrupt: it is not looked at again until another file has its name. */
void candidates_drop(struct follower *f, struct candidate *c, const uv_error *error);

/* Results of this sequence have been used. */
void candidates_used(struct follower *f, uint64_t sequence);

/* Waits until any of them publishes after the last candidates_follow began. */
int candidates_wait(struct follower *f, _Atomic uint32_t *sleeping, uint64_t timeout_ns);

#endif
