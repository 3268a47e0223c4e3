/* ultrahost: the host agent, one a host. */
#include "agent.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char usage[] =
	"usage: ultrahost --dir HOSTDIR --host NAME [options]\n"
	"\n"
	"Owns a host's memory object, zeroes pages before they change hands, and sees when a monitor is gone.\n"
	"\n"
	"  --dir HOSTDIR  the host's directory (monitor-bridge/layout/directory.md)\n"
	"  --host NAME    the host, as in the ledger\n"
	"  --size BYTES   size of the memory object, a multiple of 4096 (the host's whole window, 4 PiB; it is sparse)\n"
	"  --poll-ms N    longest sleep of the loop, and so how often locks are looked at (5)\n"
	"  --wait         wait for the host's lock instead of failing\n"
	"  --json         one JSON object a line on standard output for what happens\n"
	"\n"
	"Exit: 0 asked to (SIGTERM, SIGINT); 1 error; 2 usage; 3 the host has an agent already\n";

struct options {
	const char *directory, *host;
	uint64_t size, poll_ms;
	bool wait, json;
};

static volatile sig_atomic_t asked_to_end;

static void on_end(int number)
{
	(void)number;
	asked_to_end = 1;
}

static int refuse(int *code, const char *what, const char *value)
{
	fprintf(stderr, "ultrahost: %s%s\nTry --help.\n", what, value);
	*code = 2;
	return -1;
}

static bool number(const char *text, uint64_t *value)
{
	char *end;
	*value = strtoull(text, &end, 0);
	return *text != 0 && *text != '-' && *end == 0;
}

static int parse(int argc, char **argv, struct options *options, int *code)
{
	enum { DIRECTORY = 256, HOST, SIZE, POLL, WAIT, JSON, HELP };
	static const struct option known[] = {
		{ "dir", required_argument, NULL, DIRECTORY }, { "host", required_argument, NULL, HOST }, { "size", required_argument, NULL, SIZE },
		{ "poll-ms", required_argument, NULL, POLL },  { "wait", no_argument, NULL, WAIT },	  { "json", no_argument, NULL, JSON },
		{ "help", no_argument, NULL, HELP },	       { NULL, 0, NULL, 0 },
	};
	int option;
	*options = (struct options){ .poll_ms = 5 };
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case DIRECTORY:
			options->directory = optarg;
			break;
		case HOST:
			options->host = optarg;
			break;
		case SIZE:
			if (!number(optarg, &options->size) || options->size == 0 || options->size % UV_PAGE_SIZE != 0 || options->size > 1ull << 52)
				return refuse(code, "--size must be a multiple of 4096 up to 2^52: ", optarg);
			break;
		case POLL:
			if (!number(optarg, &options->poll_ms) || options->poll_ms == 0 || options->poll_ms > 1000)
				return refuse(code, "--poll-ms must be 1 to 1000: ", optarg);
			break;
		case WAIT:
			options->wait = true;
			break;
		case JSON:
			options->json = true;
			break;
		case HELP:
			fputs(usage, stdout);
			*code = 0;
			return -1;
		default:
			*code = 2;
			return -1;
		}
	}
	if (optind < argc)
		return refuse(code, "not expected: ", argv[optind]);
	if (!options->directory || !options->host)
		return refuse(code, options->directory ? "--host" : "--dir", " is missing");
	return 0;
}

static int fail(const char *text)
{
	fprintf(stderr, "ultrahost: %s\n", text);
	return 1;
}

/* Only a lock that is held is waited for. */
static int take_lock(const struct options *options, const char *path)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	uv_error error;
	int lock, bad;
	while ((bad = uv_lock_take(path, &lock, &error)) == UV_BUSY && options->wait && !asked_to_end)
		nanosleep(&pause, NULL);
	if (!bad)
		return 0; /* held until this process ends */
	fail(error.text);
	return bad == UV_BUSY ? 3 : 1;
}

int main(int argc, char **argv)
{
	struct options options;
	struct sigaction end = { .sa_handler = on_end };
	char lock[UV_PATH_SIZE], memory[UV_PATH_SIZE], ack[UV_PATH_SIZE];
	uv_error error = { 0 };
	int code = 0;
	if (parse(argc, argv, &options, &code) != 0)
		return code;
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGINT, &end, NULL);
	if (mkdir(options.directory, 0755) != 0 && errno != EEXIST) {
		fprintf(stderr, "ultrahost: cannot make %s: %s\n", options.directory, strerror(errno));
		return 1;
	}
	if (uv_path(lock, options.directory, UV_FILE_HOST_LOCK, NULL, NULL, &error) != UV_OK ||
	    uv_path(memory, options.directory, UV_FILE_MEMORY, NULL, NULL, &error) != UV_OK ||
	    uv_path(ack, options.directory, UV_FILE_HOST_ACK, NULL, NULL, &error) != UV_OK)
		return fail(error.text);
	if ((code = take_lock(&options, lock)) != 0)
		return code;
	struct agent agent = { .directory = options.directory, .host = options.host, .json = options.json, .poll_ms = options.poll_ms, .nonce = uv_nonce() };
	if (host_memory_open(&agent.memory, memory, options.size, &error) != UV_OK ||
	    uv_host_ack_create(ack, options.host, agent.nonce, agent.memory.size, &agent.ack, &error) != UV_OK ||
	    uv_host_selector_open(options.directory, agent.nonce, &agent.selector, &error) != UV_OK)
		return fail(error.text);
	code = agent_run(&agent, &asked_to_end);
	uv_host_state_free(&agent.state);
	uv_host_selector_close(agent.selector);
	uv_host_ack_close(agent.ack);
	return code;
}
