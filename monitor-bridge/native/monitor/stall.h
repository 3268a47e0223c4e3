/* The longest time that the monitor's loop or the guest stood still while they should have run. */
#ifndef ULTRAMONITOR_STALL_H
#define ULTRAMONITOR_STALL_H

#include <stdbool.h>
#include <stdint.h>

struct stall {
	uint64_t loop, progress, changed; /* time of the last turn; the guest's last count and when it was first seen */
	uint64_t longest;		  /* ns */
};

/* Once a turn. `longest_gap` is what the guest itself has noticed. */
void stall_sample(struct stall *stall, uint64_t now, bool guest_runs, uint64_t progress, uint64_t longest_gap);

#endif
