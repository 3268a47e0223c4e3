/* One turn: choose a view, let the partition's state decide about the guest, make its page tables those of the view, acknowledge, sleep.
 *
 *   partition's state     guest                        memory
 *   created               none                         none
 *   running               runs                         as the view says
 *   paused                stopped, not gone            as the view says
 *   stopped, zombie       killed; a new one if running again  none
 *   destroyed             killed, and the monitor ends  none
 *
 * Without a usable view everything goes on as it is: what is mapped cannot belong to anybody else before it is acknowledged.
 */
#include "monitor.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

__attribute__((format(printf, 4, 5))) static void end(struct monitor *m, enum uv_exit_reason reason, int exit_code, const char *format, ...)
{
	va_list arguments;
	if (m->exit_code >= 0)
		return;
	m->reason = reason;
	m->exit_code = exit_code;
	va_start(arguments, format);
	vsnprintf(m->text, sizeof m->text, format, arguments);
	va_end(arguments);
}

static void say(struct monitor *m, const char *event, const char *text)
{
	report_event(&m->report, event, m->follow.incarnation, m->follow.sequence, text);
}

/* ---- counters */

static uint64_t load(const _Atomic uint64_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

static void keep(_Atomic uint64_t *sum, const _Atomic uint64_t *more)
{
	atomic_store_explicit(sum, load(sum) + load(more), memory_order_relaxed);
}

/* A guest is about to go; what it counted stays. */
static void keep_counters(struct monitor *m)
{
	if (!m->guest.said)
		return;
	keep(&m->before.faults, &m->guest.said->faults);
	keep(&m->before.checks_good, &m->guest.said->checks_good);
	keep(&m->before.checks_bad, &m->guest.said->checks_bad);
	keep(&m->before.progress, &m->guest.said->progress);
	keep(&m->before.foreign_pages, &m->guest.said->foreign_pages);
	keep(&m->before.lost_pages, &m->guest.said->lost_pages);
	keep(&m->before.refused_pages, &m->guest.said->refused_pages);
	keep(&m->before.open_pages, &m->guest.said->open_pages);
}

static void count(struct monitor *m)
{
	static const struct guest_said nothing;
	const struct guest_said *said = m->guest.said ? m->guest.said : &nothing;
	uv_ack_statistics *s = uv_ack_stats(m->ack);
	stall_sample(&m->stall, uv_now(), guest_entered(&m->guest) && !m->guest.paused, load(&said->progress), load(&said->longest_gap));
	atomic_store_explicit(&s->longest_stall, m->stall.longest, memory_order_relaxed);
	atomic_store_explicit(&s->faults_contained, load(&m->before.faults) + load(&said->faults), memory_order_relaxed);
	atomic_store_explicit(&s->checks_good, load(&m->before.checks_good) + load(&said->checks_good), memory_order_relaxed);
	atomic_store_explicit(&s->checks_bad, load(&m->before.checks_bad) + load(&said->checks_bad), memory_order_relaxed);
	atomic_store_explicit(&s->guest_progress, load(&m->before.progress) + load(&said->progress), memory_order_relaxed);
	if (load(&said->last_fault))
		atomic_store_explicit(&s->last_fault_address, load(&said->last_fault), memory_order_relaxed);
	atomic_store_explicit(&s->view_switches, uv_selector_switches(m->follow.selector), memory_order_relaxed);
	atomic_store_explicit(&s->views_refused, uv_selector_refused(m->follow.selector), memory_order_relaxed);
	uv_ack_heartbeat(m->ack);
}

/* ---- the guest */

static void stop_guest(struct monitor *m)
{
	count(m);
	keep_counters(m);
	guest_stop(&m->guest);
}

static void start_guest(struct monitor *m)
{
	const struct options *o = m->options;
	const struct guest_plan plan = { .program = o->guest, .partition = o->partition, .base = o->base, .span = o->span, .seed = o->seed,
					 .incarnation = m->follow.incarnation, .lock = m->lock, .fail_unmap = o->fail_unmap };
	uv_error error = { 0 };
	int bad = m->memory.descriptor >= 0 ? UV_OK : memory_open(&m->memory, o->directory, &error);
	if (bad == UV_NOT_FOUND) {
		report_once(&m->report, "waiting", m->follow.incarnation, m->follow.sequence, "the host agent has not made the memory object yet");
		return;
	}
	if (!bad)
		bad = guest_start(&m->guest, &plan, &m->memory, &error);
	if (bad)
		end(m, UV_EXIT_ERROR, 1, "%s", error.text);
	else
		say(m, "guest", "started");
}

static void look_at_guest(struct monitor *m)
{
	int status = 0;
	switch (guest_look(&m->guest, &status)) {
	case GUEST_ALIVE:
		return;
	case GUEST_MAPPER_ENDED:
		end(m, UV_EXIT_CONTAINMENT, 4, "the mapper ended: the guest was stopped");
		return;
	case GUEST_ENDED:
		if (WIFSIGNALED(status))
			end(m, UV_EXIT_GUEST_ENDED, 5, "the guest was ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
		else
			end(m, UV_EXIT_GUEST_ENDED, 5, "the guest ended with exit code %d", WEXITSTATUS(status));
		return;
	}
}

static void decide_about_guest(struct monitor *m, uint64_t partition_state)
{
	bool wanted = partition_state == UV_RUNNING || (partition_state == UV_PAUSED && m->guest.pid > 0);
	if (!m->options->guest || m->exit_code >= 0)
		return;
	if (!wanted && m->guest.pid > 0) {
		stop_guest(m);
		say(m, "guest", "stopped: its partition does not run");
	} else if (wanted && m->guest.pid == 0) {
		start_guest(m);
	} else if (wanted && partition_state == UV_PAUSED) {
		guest_pause(&m->guest);
	} else if (wanted) {
		guest_resume(&m->guest);
	}
}

/* ---- the loop */

static void apply(struct monitor *m, const uv_view *view, const uv_status *status)
{
	uv_error error = { 0 };
	if (!guest_entered(&m->guest)) {
		follow_without_guest(&m->follow, status);
		return;
	}
	switch (follow_apply(&m->follow, &m->guest, &m->memory, view, status, &error)) {
	case FOLLOW_FAILED:
		/* Fail closed: what is mapped now is not known, so nothing may stay. */
		stop_guest(m);
		end(m, UV_EXIT_CONTAINMENT, 4, "%s: the guest was stopped at sequence %" PRIu64, error.text, m->follow.sequence);
		return;
	case FOLLOW_NONE:
		report_once(&m->report, "view refused", m->follow.incarnation, m->follow.sequence, error.text);
		return;
	default:
		follow_audit(&m->follow, view, 4);
	}
}

static void turn(struct monitor *m)
{
	const uv_view *view;
	uv_status status;
	uv_error error = { 0 };
	uint64_t incarnation = m->follow.incarnation;
	enum follow_result looked = follow_look(&m->follow, &view, &status, &error);
	look_at_guest(m);
	if (m->exit_code >= 0)
		return;
	if (looked == FOLLOW_NONE) {
		report_once(&m->report, "waiting", m->follow.incarnation, m->follow.sequence, error.text);
		return;
	}
	if (incarnation == 0 && m->follow.incarnation != 0)
		say(m, "attached", "a view has our attachment");
	if (status.partition_state == UV_DESTROYED) {
		stop_guest(m);
		if (m->follow.incarnation != 0)
			follow_without_guest(&m->follow, &status);
		end(m, UV_EXIT_NOT_RUNNING, 0, "the partition is destroyed");
	} else if (looked == FOLLOW_FENCED) {
		end(m, UV_EXIT_ERROR, 6, "the attachment was ended at sequence %" PRIu64 ": the guest was stopped", status.sequence);
	} else {
		decide_about_guest(m, status.partition_state);
		apply(m, view, &status);
	}
}

int monitor_run(struct monitor *m, const volatile sig_atomic_t *asked_to_end)
{
	m->exit_code = -1;
	while (m->exit_code < 0) {
		turn(m);
		count(m);
		if (*asked_to_end)
			end(m, UV_EXIT_ASKED, 0, "asked to end");
		if (m->exit_code < 0) {
			bool starting = m->guest.pid > 0 && !guest_entered(&m->guest);
			uv_selector_wait(m->follow.selector, uv_ack_sleeping(m->ack), (starting ? 1 : m->options->poll_ms) * 1000000);
		}
	}
	stop_guest(m);
	count(m);
	uv_ack_ended(m->ack, m->reason, m->exit_code, m->text);
	report_end(&m->report, m->follow.incarnation, m->follow.sequence, m->exit_code, m->text, &m->before);
	return m->exit_code;
}
