/* Paths are made of checked names; a lock lives as long as any process that holds its descriptor. */
#include "check.h"
#include "ultraview.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void names_are_checked(void)
{
	char path[UV_PATH_SIZE];
	uv_error error;
	check_case("names are checked");
	CHECK(uv_path(path, "/h", UV_FILE_VIEW, "r1", "guest-1", &error) == UV_OK, "%s", error.text);
	CHECK(strcmp(path, "/h/views/r1/guest-1.view") == 0, "%s", path);
	CHECK(uv_path(path, "/h", UV_FILE_HOST_VIEW, "r1", NULL, &error) == UV_OK, "%s", error.text);
	CHECK(strcmp(path, "/h/views/r1/host-view") == 0, "%s", path);
	CHECK(uv_path(path, "/h", UV_FILE_VIEW, "..", "guest-1", &error) == UV_CORRUPT, "'..' is no replica");
	CHECK(uv_path(path, "/h", UV_FILE_MONITOR_LOCK, NULL, "a/b", &error) == UV_CORRUPT, "'a/b' is no partition");
	CHECK(uv_path(path, "/h", UV_FILE_MONITOR_LOCK, NULL, "", &error) == UV_CORRUPT, "'' is no partition");
}

static void a_lock_is_held_until_the_last_holder_is_gone(void)
{
	char path[UV_PATH_SIZE];
	uv_error error = { 0 };
	int descriptor, second, ready[2];
	char byte;
	pid_t child;
	check_case("a lock is held until the last holder is gone");
	snprintf(path, sizeof path, "%s/one.lock", check_directory());
	CHECK(uv_lock_probe(path, &error) == 0, "no file, no holder");
	CHECK(uv_lock_take(path, &descriptor, &error) == UV_OK, "%s", error.text);
	CHECK(uv_lock_probe(path, &error) == 1, "held");
	CHECK(uv_lock_take(path, &second, &error) == UV_BUSY, "a second holder was let in");
	if (!CHECK(pipe(ready) == 0, "pipe"))
		return;
	child = fork();
	if (child == 0) {
		if (write(ready[1], "x", 1) == 1)
			pause();
		_exit(0);
	}
	CHECK(read(ready[0], &byte, 1) == 1, "the child did not start");
	close(descriptor);
	CHECK(uv_lock_probe(path, &error) == 1, "the child still holds it");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	CHECK(uv_lock_probe(path, &error) == 0, "nobody is left");
}

int main(void)
{
	names_are_checked();
	a_lock_is_held_until_the_last_holder_is_gone();
	return check_report();
}
