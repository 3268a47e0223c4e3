#include "options.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
	"usage: ultramonitor --dir HOSTDIR --partition NAME [options]\n"
	"\n"
	"Contains one partition: runs its guest and lets it use exactly the pages that the partition's view gives.\n"
	"\n"
	"  --dir HOSTDIR        the host's directory (monitor-bridge/layout/directory.md)\n"
	"  --partition NAME     the partition\n"
	"  --guest PROGRAM ...  the guest's program and its arguments; must come last (ultraguest, beside this program)\n"
	"  --no-guest           follow and acknowledge only\n"
	"  --base ADDR          address of guest page 0 in the guest's process (0x100000000000)\n"
	"  --span BYTES         size of the window for guest memory (0x100000000000)\n"
	"  --seed N             passed to the guest; the same at each start of the partition (0)\n"
	"  --poll-ms N          longest sleep of the monitor's loop (10)\n"
	"  --wait               wait for the partition's lock instead of failing\n"
	"  --json               one JSON object a line on standard output for what happens\n"
	"  --fail-unmap N       test of failing closed: the N-th unmapping fails\n"
	"\n"
	"Exit: 0 asked to (SIGTERM, SIGINT) or the partition is destroyed; 1 error; 2 usage; 3 the partition has a monitor already;\n"
	"      4 containment failed and the guest was stopped; 5 the guest ended by itself; 6 the attachment was ended (fenced)\n";

static int refuse(int *exit_code, const char *what, const char *value)
{
	fprintf(stderr, "ultramonitor: %s%s\nTry --help.\n", what, value ? value : "");
	*exit_code = 2;
	return -1;
}

/* Negative ones wrap round: as a seed that is fine, all others are too large then. */
static bool number(const char *text, uint64_t *value)
{
	char *end;
	*value = strtoull(text, &end, 0);
	return *text != 0 && *end == 0;
}

/* ultraguest in the folder of this program. */
static char **default_guest(void)
{
	static char path[PATH_MAX];
	static char *arguments[2] = { path, NULL };
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 32);
	char *slash;
	path[length > 0 ? length : 0] = 0;
	slash = strrchr(path, '/');
	strcpy(slash ? slash + 1 : path, "ultraguest");
	return arguments;
}

/* The window must be whole pages below 2^47, where user addresses end. */
static int check(const struct options *options, int *exit_code)
{
	const uint64_t end = 1ull << 47;
	if (!options->directory)
		return refuse(exit_code, "--dir is missing", NULL);
	if (!options->partition)
		return refuse(exit_code, "--partition is missing", NULL);
	if (options->base % 4096 != 0 || options->span % 4096 != 0)
		return refuse(exit_code, "--base and --span must be multiples of 4096", NULL);
	if (options->base < 65536 || options->span == 0 || options->base >= end || options->span > end - options->base)
		return refuse(exit_code, "--base and --span must lie between 65536 and 2^47", NULL);
	if (options->poll_ms == 0 || options->poll_ms > 1000)
		return refuse(exit_code, "--poll-ms must be 1 to 1000", NULL);
	return 0;
}

int options_parse(int argc, char **argv, struct options *options, int *exit_code)
{
	enum { DIRECTORY = 256, PARTITION, GUEST, NO_GUEST, BASE, SPAN, SEED, POLL, WAIT, JSON, FAIL_UNMAP, HELP };
	static const struct option known[] = {
		{ "dir", required_argument, NULL, DIRECTORY }, { "partition", required_argument, NULL, PARTITION }, { "guest", required_argument, NULL, GUEST },
		{ "no-guest", no_argument, NULL, NO_GUEST },   { "base", required_argument, NULL, BASE },	    { "span", required_argument, NULL, SPAN },
		{ "seed", required_argument, NULL, SEED },     { "poll-ms", required_argument, NULL, POLL },	    { "wait", no_argument, NULL, WAIT },
		{ "json", no_argument, NULL, JSON },	       { "fail-unmap", required_argument, NULL, FAIL_UNMAP }, { "help", no_argument, NULL, HELP },
		{ NULL, 0, NULL, 0 },
	};
	int option;
	*options = (struct options){ .guest = default_guest(), .base = 1ull << 44, .span = 1ull << 44, .poll_ms = 10 };
	while ((option = getopt_long(argc, argv, "+", known, NULL)) != -1) {
		uint64_t *wanted = NULL;
		switch (option) {
		case DIRECTORY:
			options->directory = optarg;
			break;
		case PARTITION:
			options->partition = optarg;
			break;
		case GUEST: /* the rest is the guest's */
			options->guest = argv + optind - 1;
			return check(options, exit_code);
		case NO_GUEST:
			options->guest = NULL;
			break;
		case BASE:
			wanted = &options->base;
			break;
		case SPAN:
			wanted = &options->span;
			break;
		case SEED:
			wanted = &options->seed;
			break;
		case POLL:
			wanted = &options->poll_ms;
			break;
		case FAIL_UNMAP:
			wanted = &options->fail_unmap;
			break;
		case WAIT:
			options->wait = true;
			break;
		case JSON:
			options->json = true;
			break;
		case HELP:
			fputs(usage, stdout);
			*exit_code = 0;
			return -1;
		default:
			*exit_code = 2;
			return -1;
		}
		if (wanted && !number(optarg, wanted))
			return refuse(exit_code, "not a number: ", optarg);
	}
	if (optind < argc)
		return refuse(exit_code, "not expected: ", argv[optind]);
	return check(options, exit_code);
}
