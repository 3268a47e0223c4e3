/* What a monitor and its guest's process share: three regions and six descriptors.
 *
 *   commands   monitor writes, the mapper reads        system calls to make in the guest's address space
 *   told       monitor writes, the guest reads only    where its memory is, what was taken away
 *   said       the guest writes, the monitor reads     counters; never believed for anything but statistics
 *
 * Always: begun >= done; they are equal when the guest's mappings are those of the listed ranges. begun rises before the first system
 * call of a change and done after the last was confirmed; `revoked` is written before the pages are taken away.
 */
#ifndef ULTRAGUEST_CHANNEL_H
#define ULTRAGUEST_CHANNEL_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>

/* The descriptors with which a guest's program starts. Of these only the lock stays open in the guest itself. */
enum guest_descriptor { GUEST_LOCK = 3, GUEST_TOLD = 4, GUEST_SAID = 5, GUEST_MEMORY = 6, GUEST_DOORBELL = 7, GUEST_CONFIRM = 8, GUEST_DESCRIPTORS_END = 9 };

enum { GUEST_COMMANDS = 512, GUEST_RANGES = 1024, GUEST_REVOKED = 1024, GUEST_NAME_SIZE = 72 };

#define GUEST_CHANNEL_VERSION 0x554c545247310001u

/* A system call; number -1 ends the list. 64 bytes: the mapper's assembler counts on it. */
struct guest_command {
	int64_t number;
	uint64_t arguments[6], zero;
};

/* Pages of the guest, with enum uv_rights. */
struct guest_range {
	uint64_t first, count, rights;
};

struct guest_revoked {
	_Atomic uint64_t number; /* 1, 2, ...; in slot (number - 1) mod GUEST_REVOKED */
	_Atomic uint64_t first, count;
};

struct guest_told {
	struct guest_command commands[GUEST_COMMANDS + 1];
	alignas(128) uint64_t version; /* GUEST_CHANNEL_VERSION */
	uint64_t base, span;	       /* the window of the guest's memory, bytes; page p is at base + 4096 p */
	uint64_t seed, incarnation;
	char partition[GUEST_NAME_SIZE];
	alignas(128) _Atomic uint64_t begun;
	_Atomic uint64_t done;
	_Atomic uint64_t resumes; /* times that the guest was let run */
	_Atomic uint64_t revoked; /* number of the last record in revocations */
	alignas(128) uint64_t range_count, range_total; /* listed, and all */
	struct guest_range ranges[GUEST_RANGES];
	struct guest_revoked revocations[GUEST_REVOKED];
};

struct guest_said {
	_Atomic uint64_t entered;  /* 1: the filter is in place, memory may come */
	_Atomic uint64_t progress; /* rises while the guest works */
	_Atomic uint64_t longest_gap; /* ns between two steps of progress, pauses by the monitor left out */
	_Atomic uint64_t faults, last_fault; /* accesses in the window that were stopped; the last one's byte address */
	_Atomic uint64_t bus_errors;	     /* the host had no memory left for a granted page */
	_Atomic uint64_t checks_good, checks_bad;
	_Atomic uint64_t foreign_pages, lost_pages, refused_pages, open_pages; /* kinds of bad checks: see guest/README in native/README.md */
	_Atomic uint64_t pages_used;
};

#endif
