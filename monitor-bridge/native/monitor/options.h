/* The command line of ultramonitor. */
#ifndef ULTRAMONITOR_OPTIONS_H
#define ULTRAMONITOR_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
	const char *directory, *partition;
	char **guest;	 /* program and arguments; NULL: no guest */
	uint64_t base, span, seed, fail_unmap, poll_ms;
	bool json, wait;
};

/* 0: run with *options. Otherwise end with *exit_code. */
int options_parse(int argc, char **argv, struct options *options, int *exit_code);

#endif
