/* How long after the writer began to apply a transaction a reader sees it. */
#include "uvbench.h"

#include "samples.h"
#include "ultraview.h"

#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#define SILENCE 2000000000u /* ns without a version: the writer is done */

static void become_real_time(void)
{
	struct sched_param parameters = { .sched_priority = 1 };
	if (sched_setscheduler(0, SCHED_FIFO, &parameters) != 0)
		perror("uvbench: no real-time priority");
}

/* The first view that has the name, or NULL. */
static uv_view *wait_for_view(const char *path, const char *partition, uv_error *error)
{
	uv_view *view = NULL;
	uint64_t end = uv_now() + 5 * (uint64_t)SILENCE;
	while (uv_view_open(path, partition, &view, error) == UV_NOT_FOUND && uv_now() < end)
		usleep(1000);
	return view;
}

/* The stamp of the newest transaction, if it is the only one since the cursor; 0 if several came, or a removal. */
static uint64_t only_stamp(const uv_view *view, uint64_t *cursor)
{
	uv_change changes[8];
	unsigned stamps = 0;
	uint64_t stamp = 0;
	int count;
	while ((count = uv_changes(view, cursor, changes, 8)) > 0)
		for (int i = 0; i < count; i++)
			if (uv_entry_mapped(changes[i].entry)) {
				stamp = uv_entry_frame(changes[i].entry);
				stamps++;
			}
	if (count == UV_LOST) {
		uv_status status;
		if (uv_status_read(view, &status, NULL) == UV_OK)
			*cursor = status.change_end;
	}
	return stamps == 1 && count == 0 ? stamp : 0;
}

static void follow(const uv_view *view, _Atomic uint32_t *sleeping, struct samples *samples, uint64_t *missed)
{
	const uint64_t mask = (1ull << 40) - 1;
	uint64_t last = uv_sequence(view), cursor = 0, heard = uv_now();
	only_stamp(view, &cursor); /* what came before does not count */
	while (uv_view_state(view) == UV_LIVE && uv_now() - heard < SILENCE) {
		uint32_t seen = uv_wake_word(view);
		uint64_t sequence = uv_sequence(view);
		if (sequence == last) {
			if (sleeping)
				uv_wait(view, seen, sleeping, 100000000);
			continue;
		}
		uint64_t now = uv_now(), stamp = only_stamp(view, &cursor), took = (now - stamp) & mask;
		if (stamp != 0 && took < SILENCE)
			samples_add(samples, (double)took / 1000);
		else
			++*missed; /* several came at once, or it is younger than `now` */
		last = sequence;
		heard = now;
	}
}

int bench_visible(const char *host_directory, const char *replica, const char *partition, bool wait, bool real_time)
{
	char path[UV_PATH_SIZE];
	const char *mode = wait ? "wait" : "spin";
	struct samples samples = { 0 };
	uv_error error = { 0 };
	uv_ack *ack;
	uint64_t missed = 0;
	if (uv_path(path, host_directory, UV_FILE_VIEW, replica, partition, &error) != UV_OK) {
		fprintf(stderr, "uvbench: %s\n", error.text);
		return 1;
	}
	uv_view *view = wait_for_view(path, partition, &error);
	if (!view || uv_path(path, host_directory, UV_FILE_MONITOR_ACK, NULL, partition, &error) != UV_OK ||
	    uv_ack_create(path, partition, uv_nonce(), &ack, &error) != UV_OK) {
		fprintf(stderr, "uvbench: %s\n", error.text);
		return 1;
	}
	if (real_time)
		become_real_time();
	follow(view, wait ? uv_ack_sleeping(ack) : NULL, &samples, &missed);
	printf("{\"case\":\"K\",\"mode\":\"%s\",\"samples\":%zu,\"missed\":%llu,\"visible_us_p50_%s\":%.2f,\"visible_us_p99_%s\":%.2f,"
	       "\"visible_us_p999_%s\":%.2f}\n",
	       mode, samples.count, (unsigned long long)missed, mode, samples_quantile(&samples, 0.5), mode, samples_quantile(&samples, 0.99), mode,
	       samples_quantile(&samples, 0.999));
	int failed = samples.count + missed == 0;
	samples_free(&samples);
	uv_ack_ended(ack, UV_EXIT_ASKED, 0, "done");
	uv_ack_close(ack);
	uv_view_close(view);
	return failed;
}
