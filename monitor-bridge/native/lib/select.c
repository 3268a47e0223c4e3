/* The selectors of ultraview.h, for partitions' views and for the host's; candidates.c does the choosing. */
#include "candidates.h"

#include <stdlib.h>

struct uv_selector {
	struct follower follower;
};

struct uv_host_selector {
	struct follower follower;
};

/* ---- partitions' views */

int uv_selector_open(const char *host_directory, const char *partition_name, uint64_t nonce, uv_selector **result, uv_error *error)
{
	uv_selector *selector = calloc(1, sizeof *selector);
	*result = NULL;
	if (!selector)
		return uv_fail(error, UV_FULL, "no memory for a selector");
	int bad = candidates_start(&selector->follower, host_directory, partition_name, nonce, error);
	if (bad) {
		free(selector);
		return bad;
	}
	*result = selector;
	return UV_OK;
}

void uv_selector_close(uv_selector *selector)
{
	if (!selector)
		return;
	candidates_stop(&selector->follower);
	free(selector);
}

const uv_view *uv_select(uv_selector *selector, uv_status *status, uv_error *error)
{
	struct candidate *chosen = candidates_follow(&selector->follower, error);
	uv_status own;
	uv_error failure;
	if (!chosen)
		return NULL;
	if (uv_status_read(chosen->view, &own, &failure) != UV_OK) {
		candidates_drop(&selector->follower, chosen, &failure);
		if (error)
			*error = failure;
		return NULL;
	}
	if (status)
		*status = own;
	uv_selector_used(selector, own.sequence);
	return chosen->view;
}

void uv_selector_used(uv_selector *selector, uint64_t sequence)
{
	candidates_used(&selector->follower, sequence);
}

uint64_t uv_selector_switches(const uv_selector *selector)
{
	return selector->follower.switches;
}

uint64_t uv_selector_refused(const uv_selector *selector)
{
	return selector->follower.refused;
}

const char *uv_selector_refusal(const uv_selector *selector)
{
	return selector->follower.refusal.text;
}

int uv_selector_wait(uv_selector *selector, _Atomic uint32_t *sleeping, uint64_t timeout_ns)
{
	return candidates_wait(&selector->follower, sleeping, timeout_ns);
}

/* ---- the host's view */

int uv_host_selector_open(const char *host_directory, uint64_t nonce, uv_host_selector **result, uv_error *error)
{
	uv_host_selector *selector = calloc(1, sizeof *selector);
	*result = NULL;
	if (!selector)
		return uv_fail(error, UV_FULL, "no memory for a selector");
	int bad = candidates_start(&selector->follower, host_directory, NULL, nonce, error);
	if (bad) {
		free(selector);
		return bad;
	}
	*result = selector;
	return UV_OK;
}

void uv_host_selector_close(uv_host_selector *selector)
{
	if (!selector)
		return;
	candidates_stop(&selector->follower);
	free(selector);
}

int uv_host_select(uv_host_selector *selector, uv_host_state *state, uv_error *error)
{
	struct candidate *chosen = candidates_follow(&selector->follower, error);
	if (!chosen)
		return UV_NONE;
	uv_error failure;
	int bad = uv_host_view_read(chosen->host, state, &failure);
	if (bad) {
		if (bad == UV_CORRUPT)
			candidates_drop(&selector->follower, chosen, &failure);
		if (error)
			*error = failure;
		return bad;
	}
	candidates_used(&selector->follower, state->sequence);
	return UV_OK;
}

int uv_host_selector_wait(uv_host_selector *selector, _Atomic uint32_t *sleeping, uint64_t timeout_ns)
{
	return candidates_wait(&selector->follower, sleeping, timeout_ns);
}
