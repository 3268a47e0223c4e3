/* What happens, for people (standard error) or as JSON lines (standard output), and in the acknowledgement file's text. */
#ifndef ULTRAMONITOR_REPORT_H
#define ULTRAMONITOR_REPORT_H

#include "../guest/channel.h"
#include "ultraview.h"

struct report {
	bool json;
	const char *partition;
	uv_ack *ack; /* may be NULL */
	char last[320];
};

/* {"event":EVENT,"partition":...,"incarnation":...,"sequence":...,"text":...} */
void report_event(struct report *report, const char *event, uint64_t incarnation, uint64_t sequence, const char *text);

/* The same text is said once only. */
void report_once(struct report *report, const char *event, uint64_t incarnation, uint64_t sequence, const char *text);

/* The last line, with all counters; `said` has those of all guests together. */
void report_end(struct report *report, uint64_t incarnation, uint64_t sequence, int exit_code, const char *text, const struct guest_said *said);

#endif
