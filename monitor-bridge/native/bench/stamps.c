/* uvstamps HOSTDIR PARTITION COUNT: watches a partition whose writer gives COUNT pages (5, 1029, 2053, ...) one stamp in each transaction, the ledger
 * sequence, through whatever file stands for it, until HOSTDIR/stop exists. Prints how many whole maps were seen, torn ones, and steps back. */
#include "ultraview.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST = 1024 };

struct seen {
	unsigned long long snapshots, torn, backwards, none;
};

static void look(const uv_view *view, const uv_status *status, size_t count, uint64_t *last, struct seen *seen)
{
	static uint64_t pages[MOST];
	static uv_entry entries[MOST];
	for (size_t i = 0; i < count; i++)
		pages[i] = i * 1024 + 5;
	if (uv_translate_batch(view, pages, entries, count) < 0) {
		seen->torn++;
		return;
	}
	for (size_t i = 1; i < count; i++)
		if (entries[i] != entries[0]) {
			seen->torn++;
			return;
		}
	uint64_t stamp = uv_entry_frame(entries[0]);
	seen->snapshots++;
	/* The stamp is the sequence, so the status promised at least this. */
	seen->backwards += stamp < status->sequence || stamp < *last;
	*last = stamp;
}

int main(int count, char **arguments)
{
	char path[UV_PATH_SIZE];
	uv_selector *selector;
	uv_status status;
	uv_error error;
	uv_ack *ack;
	struct seen seen = { 0 };
	uint64_t last = 0;
	size_t stamps = count == 4 ? strtoul(arguments[3], NULL, 10) : 0;
	if (stamps < 1 || stamps > MOST) {
		fputs("usage: uvstamps HOSTDIR PARTITION COUNT\n", stderr);
		return 2;
	}
	if (uv_path(path, arguments[1], UV_FILE_MONITOR_ACK, NULL, arguments[2], &error) != UV_OK || uv_ack_create(path, arguments[2], uv_nonce(), &ack, &error) != UV_OK ||
	    uv_selector_open(arguments[1], arguments[2], 0, &selector, &error) != UV_OK) {
		fprintf(stderr, "uvstamps: %s\n", error.text);
		return 1;
	}
	snprintf(path, sizeof path, "%.4000s/stop", arguments[1]);
	while (access(path, F_OK) != 0) {
		const uv_view *view = uv_select(selector, &status, &error);
		if (!view) {
			seen.none++;
			continue;
		}
		for (int i = 0; i < 100; i++)
			look(view, &status, stamps, &last, &seen);
		uv_selector_used(selector, last);
	}
	printf("{\"snapshots\":%llu,\"torn\":%llu,\"backwards\":%llu,\"none\":%llu}\n", seen.snapshots, seen.torn, seen.backwards, seen.none);
	uv_selector_close(selector);
	uv_ack_close(ack);
	return seen.torn + seen.backwards > 0;
}
