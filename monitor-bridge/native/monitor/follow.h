/* From the views of the replicas to the guest's page tables, and to the acknowledgement.
 *
 * Always: (1) what is mapped in the guest is in the view at `sequence` or was in a view that has not been acknowledged past; (2) `sequence` is acknowledged only
 * after every mapping that the view at it does not have is gone from the kernel; (3) `sequence` never falls.
 */
#ifndef ULTRAMONITOR_FOLLOW_H
#define ULTRAMONITOR_FOLLOW_H

#include "guest.h"
#include "memory.h"
#include "runs.h"

struct follow {
	uv_selector *selector;
	uv_ack *ack;
	uint64_t nonce, incarnation;
	uint64_t generation, serial; /* the file that `runs` and `cursor` are of; 0: compare everything next time */
	uint64_t cursor;	     /* into its change ring */
	uint64_t sequence;   /* followed and acknowledged up to here */
	struct runs runs;    /* what is mapped in the guest */
	bool clipped;	     /* something that the view gives is beyond the memory object: compare everything when that has grown */
	size_t audited;
};

enum follow_result {
	FOLLOW_NONE,	/* no view to follow now: go on with what there is */
	FOLLOW_GOOD,	/* *status is that of the view; attached */
	FOLLOW_FENCED,	/* the attachment is no longer ours: stop */
	FOLLOW_FAILED,	/* the guest could not be kept to its view: stop it */
};

int follow_open(struct follow *follow, const char *host_directory, const char *partition, uint64_t nonce, uv_ack *ack, uv_error *error);
void follow_close(struct follow *follow);

/* Chooses a view. FOLLOW_NONE, FOLLOW_GOOD or FOLLOW_FENCED. */
enum follow_result follow_look(struct follow *follow, const uv_view **view, uv_status *status, uv_error *error);

/* Makes the guest's page tables those of the view and acknowledges. FOLLOW_GOOD, FOLLOW_NONE (the view is bad; nothing changed) or FOLLOW_FAILED. */
enum follow_result follow_apply(struct follow *follow, struct guest *guest, struct memory *memory, const uv_view *view, const uv_status *status, uv_error *error);

/* There is no guest and no mapping: everything up to the status is acknowledged at once. */
void follow_without_guest(struct follow *follow, const uv_status *status);

/* Compares a few mapped pages with the view; a difference means that everything is compared at the next apply. */
void follow_audit(struct follow *follow, const uv_view *view, size_t pages);

#endif
