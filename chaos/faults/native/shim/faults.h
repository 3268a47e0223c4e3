/*
 * Faults of a disk and of a machine, planted from inside a process: libfaults.so, loaded with LD_PRELOAD, stands between a
 * program and the C library's calls that change files below one directory. It counts them, and kills, fails or delays as a
 * control file says. What the process has changed is what a SIGKILL leaves: nothing is undone, nothing is added.
 *
 *   UV_FAULTS_ROOT      the directory, without symbolic links in its name; nothing is watched without it
 *   UV_FAULTS_EXCEPT    a part of a path; files with it are not watched (optional)
 *   UV_FAULTS_CONTROL   the rules, one a line, read again with each call (optional; see rules.h)
 *   UV_FAULTS_REPORT    gets a line for each fault that happened (optional)
 *   UV_FAULTS_JOURNAL   gets a record of each call with the bytes that it wrote (optional; see journal.c)
 *
 * Every call that changes something below the directory has a number, from 1, in the order in which they happen: a lock makes
 * them one after the other. Only a sync runs beside others; it is numbered when it begins.
 */
#ifndef FAULTS_H
#define FAULTS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/* The journal has these numbers: append only. */
enum kind { CREATE, WRITE, SYNC, RENAME, UNLINK, TRUNCATE, ALLOCATE, MAKE_DIRECTORY, LINK, OPEN, KINDS };

/* Names in rules and reports. OPEN is an open for writing that changes nothing: it has no number, but can be made to fail. */
extern const char *const kind_names[KINDS];

struct call {
	enum kind kind;
	uint64_t number;      /* set by call_begin; 0 for OPEN */
	char path[PATH_MAX];  /* below the root, without a leading slash */
	char other[PATH_MAX]; /* where a rename or link leads; empty otherwise */
	int64_t offset;       /* of a write; the new size of a truncation or allocation */
	size_t limit;         /* a write may write no more than this, and the process is killed after it */
};

/* Whether a call on a file concerns us; fills in all but number. A path is relative to a directory's descriptor, as in openat. */
bool call_on_path(struct call *call, enum kind kind, int directory, const char *path);
bool call_on_file(struct call *call, enum kind kind, int fd);
/* Where a rename or link leads. */
void call_leads_to(struct call *call, int directory, const char *path);

/* Numbers the call and does what the rules say. 0: go on, and call_end must follow. Otherwise the errno to fail with. */
int call_begin(struct call *call);
/* After the real call. data: what was written, result bytes of it; errno is kept. */
void call_end(struct call *call, long result, const struct iovec *data, int pieces);

/* Appends a line to the report. */
__attribute__((format(printf, 1, 2))) void report(const char *format, ...);

#endif
