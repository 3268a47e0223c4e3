/* One turn: read the freshest host view, scrub what is ready, look at the locks of the monitors that should be alive, forget what nobody asks about any
 * more, sleep. Before a host view names our nonce nothing is done: an agent before us may not have been seen to be gone. */
#include "agent.h"

#include "evidence.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Events are {"event":...,"host":...,"incarnation":...,"text":...}; names need no escaping, texts are ours. */
__attribute__((format(printf, 3, 4))) static void say(struct agent *a, const char *event, const char *format, ...)
{
	char text[320];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (strcmp(text, a->last) == 0)
		return;
	memcpy(a->last, text, sizeof text);
	if (!a->json) {
		fprintf(stderr, "ultrahost %s: %s: %s\n", a->host, event, text);
		return;
	}
	for (char *c = text; *c; c++)
		if (*c == '"' || *c == '\\' || (unsigned char)*c < 0x20)
			*c = '\'';
	printf("{\"event\":\"%s\",\"host\":\"%s\",\"incarnation\":%" PRIu64 ",\"text\":\"%s\"}\n", event, a->host, a->incarnation, text);
	fflush(stdout);
}

/* A scrub that fails leaves its revocation waiting and is tried again; what was scrubbed once is never touched again. */
static void scrub(struct agent *a, const uv_scrub *scrub)
{
	uint64_t started = uv_now();
	uv_error error;
	if (!scrub->ready || uv_host_ack_has_scrubbed(a->ack, scrub->revocation))
		return;
	if (host_memory_scrub(&a->memory, scrub->first_frame, scrub->count, &error) != UV_OK) {
		say(a, "scrub failed", "revocation %" PRIu64 ": %s", scrub->revocation, error.text);
		return;
	}
	/* Without a free slot it is not known to be scrubbed, stays revoked, and is scrubbed again. */
	if (uv_host_ack_scrubbed(a->ack, scrub->revocation) != UV_OK)
		return;
	a->scrubs++;
	a->frames_scrubbed += scrub->count;
	a->scrub_time += uv_now() - started;
}

static void watch(struct agent *a, const uv_expected_monitor *monitor)
{
	uv_error error = { 0 };
	if (uv_host_ack_has_dead(a->ack, monitor->incarnation))
		return;
	a->locks_watched++;
	switch (evidence_of_death(a->directory, monitor->name, monitor->nonce, &error)) {
	case EVIDENCE_ALIVE:
		return;
	case EVIDENCE_UNKNOWN:
		say(a, "cannot look", "%s", error.text);
		return;
	case EVIDENCE_RELEASED:
	case EVIDENCE_SUPERSEDED:
		if (uv_host_ack_dead(a->ack, monitor->partition, monitor->incarnation) == UV_OK) {
			a->deaths++;
			say(a, "dead", "the monitor of %s, incarnation %" PRIu64 ", and its guest are gone", monitor->name, monitor->incarnation);
		}
		return;
	}
}

static void act(struct agent *a)
{
	if (a->incarnation == 0) {
		a->incarnation = a->state.incarnation;
		uv_host_ack_attached(a->ack, a->incarnation);
		say(a, "attached", "a host view has our attachment");
	}
	uv_host_ack_sequence(a->ack, a->state.sequence);
	uv_host_ack_prune(a->ack, &a->state);
	for (size_t i = 0; i < a->state.scrub_count; i++)
		scrub(a, &a->state.scrubs[i]);
	a->locks_watched = 0;
	for (size_t i = 0; i < a->state.monitor_count; i++)
		watch(a, &a->state.monitors[i]);
	uv_host_ack_statistics(a->ack, a->frames_scrubbed, a->scrub_time, a->locks_watched);
}

int agent_run(struct agent *a, const volatile sig_atomic_t *asked_to_end)
{
	uv_error error = { 0 };
	while (!*asked_to_end) {
		if (uv_host_select(a->selector, &a->state, &error) == UV_OK && a->state.nonce == a->nonce)
			act(a);
		else
			say(a, "waiting", "%s", a->state.nonce == a->nonce || a->incarnation == 0 ? error.text : "another host agent is attached");
		uv_host_ack_heartbeat(a->ack);
		uv_host_selector_wait(a->selector, uv_host_ack_sleeping(a->ack), a->poll_ms * 1000000);
	}
	uv_host_ack_ended(a->ack, 0);
	say(a, "ended", "asked to end; %" PRIu64 " scrubs of %" PRIu64 " frames in %" PRIu64 " us, %" PRIu64 " monitors seen dead", a->scrubs, a->frames_scrubbed,
	    a->scrub_time / 1000, a->deaths);
	return 0;
}
