#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_string(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void print_head(const struct report *report, const char *event, uint64_t incarnation, uint64_t sequence, const char *text)
{
	printf("{\"event\":\"%s\",\"partition\":", event);
	print_string(report->partition);
	printf(",\"incarnation\":%" PRIu64 ",\"sequence\":%" PRIu64 ",\"text\":", incarnation, sequence);
	print_string(text);
}

void report_event(struct report *report, const char *event, uint64_t incarnation, uint64_t sequence, const char *text)
{
	snprintf(report->last, sizeof report->last, "%s", text);
	if (report->ack)
		uv_ack_text(report->ack, text);
	if (!report->json) {
		fprintf(stderr, "ultramonitor %s: %s: %s\n", report->partition, event, text);
		return;
	}
	print_head(report, event, incarnation, sequence, text);
	puts("}");
	fflush(stdout);
}

void report_once(struct report *report, const char *event, uint64_t incarnation, uint64_t sequence, const char *text)
{
	if (strcmp(report->last, text) != 0)
		report_event(report, event, incarnation, sequence, text);
}

void report_end(struct report *report, uint64_t incarnation, uint64_t sequence, int exit_code, const char *text, const struct guest_said *said)
{
	uv_ack_statistics *s = uv_ack_stats(report->ack);
	const struct {
		const char *name;
		const _Atomic uint64_t *value;
	} counters[] = {
		{ "faultsContained", &s->faults_contained }, { "translations", &s->translations }, { "checksGood", &s->checks_good },
		{ "checksBad", &s->checks_bad },	     { "longestStall", &s->longest_stall }, { "lastFaultAddress", &s->last_fault_address },
		{ "exitReason", &s->exit_reason },	     { "viewSwitches", &s->view_switches }, { "viewsRefused", &s->views_refused },
		{ "pagesMapped", &s->pages_mapped },	     { "grants", &s->grants },		    { "revokes", &s->revokes },
		{ "grantTime", &s->grant_time },	     { "revokeTime", &s->revoke_time },	    { "guestProgress", &s->guest_progress },
		{ "resyncs", &s->resyncs },		     { "foreignPages", &said->foreign_pages },	    { "lostPages", &said->lost_pages },
		{ "refusedPages", &said->refused_pages },    { "openPages", &said->open_pages },
	};
	if (!report->json) {
		report_event(report, "ended", incarnation, sequence, text);
		for (size_t i = 0; i < sizeof counters / sizeof *counters; i++)
			fprintf(stderr, "  %s %" PRIu64 "\n", counters[i].name, atomic_load_explicit(counters[i].value, memory_order_relaxed));
		return;
	}
	print_head(report, "ended", incarnation, sequence, text);
	printf(",\"exitCode\":%d", exit_code);
	for (size_t i = 0; i < sizeof counters / sizeof *counters; i++)
		printf(",\"%s\":%" PRIu64, counters[i].name, atomic_load_explicit(counters[i].value, memory_order_relaxed));
	puts("}");
	fflush(stdout);
}
