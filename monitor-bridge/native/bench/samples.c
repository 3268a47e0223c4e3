#include "samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void samples_add(struct samples *samples, double value)
{
	if (samples->count == samples->room) {
		samples->room = samples->room ? 2 * samples->room : 1024;
		samples->values = realloc(samples->values, samples->room * sizeof *samples->values);
		if (!samples->values) {
			perror("samples");
			exit(1);
		}
	}
	samples->values[samples->count++] = value;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

double samples_quantile(struct samples *samples, double part)
{
	if (samples->count == 0)
		return 0;
	qsort(samples->values, samples->count, sizeof *samples->values, compare);
	return samples->values[(size_t)(part * (double)(samples->count - 1) + 0.5)];
}

void samples_free(struct samples *samples)
{
	free(samples->values);
	*samples = (struct samples){ 0 };
}

uint64_t cpu_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
