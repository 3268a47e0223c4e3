/* uvstamps HOSTDIR PARTITION COUNT [FILLERS]: watches a partition whose writer gives COUNT pages (5, 1029, 2053, ...) one stamp in each transaction,
 * the ledger sequence, through whatever file stands for it, until HOSTDIR/stop exists or a torn map was seen. FILLERS further pages in the middle make
 * a look last longer. Prints how many whole maps were seen, torn ones, and steps back. */
#include "ultraview.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST = 1024, MOST_FILLERS = 100000 };

struct seen {
	unsigned long long snapshots, torn, backwards, none;
};

static void look(const uv_view *view, const uv_status *status, size_t count, size_t fillers, uint64_t *last, struct seen *seen)
{
	static uint64_t pages[MOST + MOST_FILLERS];
	static uv_entry entries[MOST + MOST_FILLERS];
	for (size_t i = 0; i < count; i++)
		pages[i < count / 2 ? i : i + fillers] = i * 1024 + 5;
	for (size_t i = 0; i < fillers; i++)
		pages[count / 2 + i] = i % (count * 1024);
	if (uv_translate_batch(view, pages, entries, count + fillers) < 0) {
		seen->torn++;
		return;
	}
	for (size_t i = 1; i < count; i++)
		if (entries[i < count / 2 ? i : i + fillers] != entries[0]) {
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
	size_t stamps = count >= 4 ? strtoul(arguments[3], NULL, 10) : 0, fillers = count == 5 ? strtoul(arguments[4], NULL, 10) : 0;
	if (count > 5 || stamps < 1 || stamps > MOST || fillers > MOST_FILLERS) {
		fputs("usage: uvstamps HOSTDIR PARTITION COUNT [FILLERS]\n", stderr);
		return 2;
	}
	if (uv_path(path, arguments[1], UV_FILE_MONITOR_ACK, NULL, arguments[2], &error) != UV_OK || uv_ack_create(path, arguments[2], uv_nonce(), &ack, &error) != UV_OK ||
	    uv_selector_open(arguments[1], arguments[2], 0, &selector, &error) != UV_OK) {
		fprintf(stderr, "uvstamps: %s\n", error.text);
		return 1;
	}
	snprintf(path, sizeof path, "%.4000s/stop", arguments[1]);
	while (access(path, F_OK) != 0 && seen.torn == 0) {
		const uv_view *view = uv_select(selector, &status, &error);
		if (!view) {
			seen.none++;
			continue;
		}
		for (int i = 0; i < 100 && seen.torn == 0; i++)
			look(view, &status, stamps, fillers, &last, &seen);
		uv_selector_used(selector, last);
	}
	printf("{\"snapshots\":%llu,\"torn\":%llu,\"backwards\":%llu,\"none\":%llu}\n", seen.snapshots, seen.torn, seen.backwards, seen.none);
	uv_selector_close(selector);
	uv_ack_close(ack);
	return seen.torn + seen.backwards > 0;
}
