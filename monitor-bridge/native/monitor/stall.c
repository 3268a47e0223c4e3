#include "stall.h"

static void longest(struct stall *stall, uint64_t time)
{
	if (time > stall->longest)
		stall->longest = time;
}

void stall_sample(struct stall *stall, uint64_t now, bool guest_runs, uint64_t progress, uint64_t longest_gap)
{
	if (stall->loop != 0)
		longest(stall, now - stall->loop);
	stall->loop = now;
	if (!guest_runs || progress != stall->progress || stall->changed == 0)
		stall->changed = now;
	stall->progress = progress;
	longest(stall, now - stall->changed);
	longest(stall, longest_gap);
}
