#include "check.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *current;
static bool current_failed;
static int passed, failed;
static char directory[64];

static void end_case(void)
{
	if (!current)
		return;
	if (current_failed)
		failed++;
	else
		passed++;
}

void check_case(const char *name)
{
	end_case();
	current = name;
	current_failed = false;
}

bool check_that(bool good, const char *file, int line, const char *condition, const char *format, ...)
{
	va_list arguments;
	if (good)
		return true;
	fprintf(stderr, "FAILED %s (%s:%d): %s: ", current ? current : "", file, line, condition);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	current_failed = true;
	return false;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	return remove(path);
}

int check_report(void)
{
	end_case();
	current = NULL;
	if (directory[0])
		nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}

const char *check_directory(void)
{
	if (!directory[0]) {
		strcpy(directory, access("/dev/shm", W_OK) == 0 ? "/dev/shm/ultraview-test-XXXXXX" : "/tmp/ultraview-test-XXXXXX");
		if (!mkdtemp(directory)) {
			perror("mkdtemp");
			abort();
		}
	}
	return directory;
}

const char *check_golden(const char *name)
{
	static char path[4096];
	const char *folder = getenv("UV_GOLDEN");
	snprintf(path, sizeof path, "%s/%s", folder ? folder : "../layout/golden", name);
	return path;
}
