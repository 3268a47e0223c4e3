/* Samples and their quantiles, and the clocks that they are taken with. */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct samples {
	double *values;
	size_t count, room;
};

void samples_add(struct samples *samples, double value);
/* The value below which a part of the samples lies, 0.5 for the median; 0 if there are none. */
double samples_quantile(struct samples *samples, double part);
void samples_free(struct samples *samples);

/* CPU time of this thread, ns: other processes' load does not count. */
uint64_t cpu_now(void);

#endif
