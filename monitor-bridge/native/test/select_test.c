/* Among the replicas' views: the freshest, never back, never below the floor, never a file that is older than the one before. */
#include "check.h"
#include "view_builder.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char host_directory[UV_PATH_SIZE / 2];

static void fresh_directory(void)
{
	static int number;
	char path[UV_PATH_SIZE];
	snprintf(host_directory, sizeof host_directory, "%s/host-%d", check_directory(), number++);
	mkdir(host_directory, 0700);
	snprintf(path, sizeof path, "%s/views", host_directory);
	mkdir(path, 0700);
}

static struct builder *replica(const char *name, uint64_t generation, uint64_t serial, uint64_t sequence)
{
	char path[UV_PATH_SIZE];
	struct builder_options options = builder_defaults();
	snprintf(path, sizeof path, "%s/views/%s", host_directory, name);
	CHECK(mkdir(path, 0700) == 0 || errno == EEXIST, "mkdir %s", path);
	uv_path(path, host_directory, UV_FILE_VIEW, name, "guest-7", NULL);
	options.generation = generation;
	options.serial = serial;
	options.replica_name = name;
	struct builder *b = builder_open(path, &options);
	builder_publish(b, sequence);
	return b;
}

static uv_selector *open_selector(uint64_t nonce)
{
	uv_selector *selector = NULL;
	uv_error error = { 0 };
	CHECK(uv_selector_open(host_directory, "guest-7", nonce, &selector, &error) == UV_OK, "%s", error.text);
	return selector;
}

/* "" if none is usable. */
static const char *selected(uv_selector *selector)
{
	const uv_view *view = uv_select(selector, NULL, NULL);
	return view ? uv_view_identity(view)->replica_name : "";
}

static const char *selected_within(uv_selector *selector, const char *wanted, uint64_t ns)
{
	uint64_t end = uv_now() + ns;
	const char *now;
	do
		now = selected(selector);
	while (strcmp(now, wanted) != 0 && uv_now() < end);
	return now;
}

static void the_freshest_and_never_back(void)
{
	uv_error error;
	check_case("the freshest and never back");
	fresh_directory();
	uv_selector *selector = open_selector(0);
	CHECK(uv_select(selector, NULL, &error) == NULL && error.code == UV_NONE && strstr(error.text, "no replica"), "%s", error.text);
	struct builder *one = replica("r1", 1, 1, 10), *two = replica("r2", 2, 1, 12);
	const char *found = selected_within(selector, "r2", 1000000000);
	CHECK(strcmp(found, "r2") == 0, "'%s'", found);
	builder_publish(one, 13);
	CHECK(strcmp(selected(selector), "r2") == 0, "not at once: a moment behind is no reason to change");
	found = selected_within(selector, "r1", 1000000000);
	CHECK(strcmp(found, "r1") == 0 && uv_selector_switches(selector) == 1, "'%s' although r2 stays behind", found);
	builder_retire(one, 0);
	CHECK(strcmp(selected(selector), "") == 0, "r2 is at 12 and 13 has been used: rather none than back");
	builder_publish(two, 13);
	CHECK(strcmp(selected(selector), "r2") == 0, "equal is enough");
	uv_selector_used(selector, 20);
	CHECK(strcmp(selected(selector), "") == 0, "20 has been used");
	uv_selector_close(selector);
	builder_close(one);
	builder_close(two);
}

static void nothing_below_the_attachment(void)
{
	uv_status status;
	uv_error error;
	check_case("nothing below the attachment");
	fresh_directory();
	struct builder *one = replica("r1", 1, 1, 100), *two = replica("r2", 2, 1, 90);
	uv_selector *selector = open_selector(555);
	CHECK(uv_select(selector, NULL, &error) == NULL && strstr(error.text, "attachment"), "%s", error.text);
	builder_attach(two, 555, 31, 95);
	builder_publish(two, 95);
	CHECK(strcmp(selected(selector), "r1") == 0, "r1 stands above the floor, although the nonce is only in r2 yet");
	builder_attach(one, 555, 31, 95);
	builder_publish(one, 101);
	const uv_view *view = uv_select(selector, &status, &error);
	CHECK(view != NULL && status.nonce == 555 && status.incarnation == 31 && status.floor == 95 && status.sequence == 101, "attachment");
	uv_selector_close(selector);
	builder_close(one);
	builder_close(two);
}

static void only_a_later_file_takes_over(void)
{
	check_case("only a later file takes over");
	fresh_directory();
	struct builder *first = replica("r1", 5, 2, 10);
	uv_selector *selector = open_selector(0);
	CHECK(strcmp(selected(selector), "r1") == 0, "first");
	struct builder *older = replica("r1", 5, 1, 30);
	builder_retire(first, 0);
	CHECK(strcmp(selected_within(selector, "r1", 60000000), "") == 0, "an older serial was accepted");
	CHECK(uv_selector_refused(selector) == 1 && strstr(uv_selector_refusal(selector), "5.1"), "%s", uv_selector_refusal(selector));
	struct builder *later = replica("r1", 6, 1, 40);
	CHECK(strcmp(selected_within(selector, "r1", 1000000000), "r1") == 0, "a later generation was not accepted");
	uv_selector_close(selector);
	builder_close(first);
	builder_close(older);
	builder_close(later);
}

static void a_bad_file_is_refused_once_and_said(void)
{
	char path[UV_PATH_SIZE];
	check_case("a bad file is refused once and said");
	fresh_directory();
	struct builder *b = replica("r1", 1, 1, 10);
	builder_header(b)->node_capacity++;
	builder_close(b);
	uv_selector *selector = open_selector(0);
	CHECK(strcmp(selected_within(selector, "r1", 60000000), "") == 0, "accepted");
	CHECK(uv_selector_refused(selector) == 1 && strstr(uv_selector_refusal(selector), "corrupt"), "%s", uv_selector_refusal(selector));
	uv_path(path, host_directory, UV_FILE_VIEW, "r1", "guest-7", NULL);
	unlink(path);
	b = replica("r1", 1, 1, 10);
	CHECK(strcmp(selected_within(selector, "r1", 1000000000), "r1") == 0, "the good one that came after it");
	uv_selector_close(selector);
	builder_close(b);
}

static void a_view_that_goes_bad_is_dropped(void)
{
	uv_error error = { 0 };
	check_case("a view that goes bad is dropped");
	fresh_directory();
	struct builder *one = replica("r1", 1, 1, 20), *two = replica("r2", 2, 1, 20);
	uv_selector *selector = open_selector(0);
	const char *first = selected(selector);
	struct builder *chosen = strcmp(first, "r1") == 0 ? one : two;
	const char *other = chosen == one ? "r2" : "r1";
	atomic_fetch_xor(&builder_header(chosen)->head, 1ull << 23);
	CHECK(uv_select(selector, NULL, &error) == NULL && error.code == UV_CORRUPT, "%s", error.text);
	CHECK(strcmp(selected(selector), other) == 0, "the good one is used");
	CHECK(uv_selector_refused(selector) == 1, "once");
	uv_selector_close(selector);
	builder_close(one);
	builder_close(two);
}

static void *publish_when_asleep(void *argument)
{
	struct builder **builders = argument;
	while (atomic_load((_Atomic uint32_t *)builders[2]) == 0)
		;
	builder_publish(builders[1], 50);
	return NULL;
}

static void waiting_ends_with_any_publication(void)
{
	_Atomic uint32_t sleeping = 0;
	pthread_t thread;
	check_case("waiting ends with any publication");
	fresh_directory();
	struct builder *builders[] = { replica("r1", 1, 1, 10), replica("r2", 2, 1, 10), (struct builder *)&sleeping };
	uv_selector *selector = open_selector(0);
	CHECK(uv_select(selector, NULL, NULL) != NULL, "selected");
	CHECK(uv_selector_wait(selector, &sleeping, 1000000) == 0, "nothing was published");
	CHECK(sleeping == 0, "awake");
	pthread_create(&thread, NULL, publish_when_asleep, builders);
	CHECK(uv_selector_wait(selector, &sleeping, 20000000000) == 1, "r2 published and nobody woke");
	pthread_join(thread, NULL);
	CHECK(uv_selector_wait(selector, &sleeping, 20000000000) == 1, "what was published after the last choice ends a wait at once");
	uv_selector_close(selector);
	builder_close(builders[0]);
	builder_close(builders[1]);
}

int main(void)
{
	the_freshest_and_never_back();
	nothing_below_the_attachment();
	only_a_later_file_takes_over();
	a_bad_file_is_refused_once_and_said();
	a_view_that_goes_bad_is_dropped();
	waiting_ends_with_any_publication();
	return check_report();
}
