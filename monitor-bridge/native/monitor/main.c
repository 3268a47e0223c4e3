/* ultramonitor: see options.c for the command line, monitor.c for what it does. */
#include "monitor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t asked_to_end;

static void on_end(int number)
{
	(void)number;
	asked_to_end = 1;
}

static void on_child(int number)
{
	(void)number; /* only wakes the loop */
}

static void catch_signals(void)
{
	struct sigaction end = { .sa_handler = on_end }, child = { .sa_handler = on_child };
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGINT, &end, NULL);
	sigaction(SIGCHLD, &child, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static int fail(const struct options *options, const char *text)
{
	fprintf(stderr, "ultramonitor %s: %s\n", options->partition, text);
	return 1;
}

/* The lock comes first, then the acknowledgement file (layout/directory.md). Only a lock that is held is waited for. */
static int take_lock(const struct options *options, const char *path, int *lock)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	uv_error error;
	int bad;
	while ((bad = uv_lock_take(path, lock, &error)) == UV_BUSY && options->wait && !asked_to_end)
		nanosleep(&pause, NULL);
	if (!bad)
		return 0;
	fail(options, error.text);
	return bad == UV_BUSY ? 3 : 1;
}

/* HOSTDIR/monitors, if nobody has made it yet. */
static int make_folders(const struct options *options)
{
	char path[UV_PATH_SIZE];
	snprintf(path, sizeof path, "%.4000s/monitors", options->directory);
	if ((mkdir(options->directory, 0755) == 0 || errno == EEXIST) && (mkdir(path, 0755) == 0 || errno == EEXIST))
		return 0;
	fprintf(stderr, "ultramonitor %s: cannot make %s: %s\n", options->partition, path, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	struct options options;
	struct monitor monitor = { .options = &options, .memory = { .descriptor = -1 } };
	char lock_path[UV_PATH_SIZE], ack_path[UV_PATH_SIZE];
	uint64_t nonce = uv_nonce();
	uv_error error;
	int code = 0;
	if (options_parse(argc, argv, &options, &code) != 0)
		return code;
	catch_signals();
	if (uv_path(lock_path, options.directory, UV_FILE_MONITOR_LOCK, NULL, options.partition, &error) != UV_OK ||
	    uv_path(ack_path, options.directory, UV_FILE_MONITOR_ACK, NULL, options.partition, &error) != UV_OK)
		return fail(&options, error.text);
	if (make_folders(&options) != 0)
		return 1;
	if ((code = take_lock(&options, lock_path, &monitor.lock)) != 0)
		return code;
	if (uv_ack_create(ack_path, options.partition, nonce, &monitor.ack, &error) != UV_OK ||
	    follow_open(&monitor.follow, options.directory, options.partition, nonce, monitor.ack, &error) != UV_OK)
		return fail(&options, error.text);
	monitor.report = (struct report){ .json = options.json, .partition = options.partition, .ack = monitor.ack };
	report_event(&monitor.report, "started", 0, 0, "waiting to be attached");
	code = monitor_run(&monitor, &asked_to_end);
	follow_close(&monitor.follow);
	uv_ack_close(monitor.ack);
	memory_close(&monitor.memory);
	return code;
}
