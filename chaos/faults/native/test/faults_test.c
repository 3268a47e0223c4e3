/* Every fault of the shim, planted in test/victim.c and looked for in what it left behind. */
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CALLS = 13 };

static char base[] = "/tmp/uv-faults-XXXXXX";
static char root[64], output[64], control[64], report[64], journal[64];
static char library[4096], victim[4096];
static int passed, failed;
static bool case_failed;

#define CHECK(condition, ...) check((condition), __LINE__, #condition, __VA_ARGS__)

__attribute__((format(printf, 4, 5))) static void check(bool good, int line, const char *condition, const char *format, ...)
{
	va_list arguments;
	if (good)
		return;
	case_failed = true;
	fprintf(stderr, "FAILED line %d: %s: ", line, condition);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	return remove(path);
}

static const char *read_file(const char *path, char *bytes, size_t size, long *length)
{
	int fd = open(path, O_RDONLY);
	long got = fd < 0 ? -1 : read(fd, bytes, size - 1);
	if (fd >= 0)
		close(fd);
	bytes[got < 0 ? 0 : got] = '\0';
	if (length)
		*length = got;
	return bytes;
}

/* Runs the victim in a new directory; gives its wait status. */
static int run(const char *rules, const char *except, const char *argument)
{
	int status = 0;
	FILE *file;
	pid_t child;
	nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	mkdir(root, 0755);
	unlink(report), unlink(journal);
	file = fopen(control, "w");
	fputs(rules, file);
	fclose(file);
	fflush(NULL);
	child = fork();
	if (child == 0) {
		int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
		dup2(fd, 1);
		dup2(open("/dev/null", O_WRONLY), 2);
		setenv("UV_FAULTS_ROOT", root, 1);
		setenv("UV_FAULTS_CONTROL", control, 1);
		setenv("UV_FAULTS_REPORT", report, 1);
		setenv("UV_FAULTS_JOURNAL", journal, 1);
		if (except)
			setenv("UV_FAULTS_EXCEPT", except, 1);
		setenv("LD_PRELOAD", library, 1);
		execl(victim, victim, root, argument, (char *)NULL);
		_exit(127);
	}
	waitpid(child, &status, 0);
	return status;
}

static bool said(const char *path, const char *text)
{
	char bytes[65536];
	return strstr(read_file(path, bytes, sizeof bytes, NULL), text) != NULL;
}

/* How many records the journal has, by walking them. */
static int records(void)
{
	char bytes[65536];
	long end, at = 0;
	int count = 0;
	read_file(journal, bytes, sizeof bytes, &end);
	while (at + 33 <= end) {
		unsigned data;
		unsigned short path, other;
		memcpy(&data, bytes + at + 24, 4);
		memcpy(&path, bytes + at + 28, 2);
		memcpy(&other, bytes + at + 30, 2);
		at += 33 + path + other + data;
		count++;
	}
	return at == end || end < 0 ? count : -1;
}

static long length; /* of what content read last */

static const char *content(const char *name)
{
	static char bytes[4096];
	char path[128];
	snprintf(path, sizeof path, "%s/%s", root, name);
	return read_file(path, bytes, sizeof bytes, &length);
}

static void everything_is_seen(void)
{
	int status = run("", NULL, NULL);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
	CHECK(records() == CALLS, "%d records", records());
	CHECK(said(output, "13 copy ok") && !said(output, "No such"), "%s", "all calls go through");
	content("d/b");
	CHECK(length == 100, "allocated to %ld", length);
	CHECK(memcmp(content("d/b"), "HEl\0\0xyz", 8) == 0, "%s", "what was written is there");
	CHECK(strcmp(content("d/e"), "HEl") == 0 && length == 4, "copied %ld", length);
}

static void kills_around_every_call(void)
{
	for (int n = 1; n <= CALLS; n++) {
		char rule[64], line[64];
		for (int after = 0; after < 2; after++) {
			const char *when = after ? "after" : "before";
			snprintf(rule, sizeof rule, "kill %s %d\n", when, n);
			int status = run(rule, NULL, NULL);
			CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "%s: status %x", rule, (unsigned)status);
			CHECK(records() == n - 1 + after, "%s: %d records", rule, records());
			snprintf(line, sizeof line, "killed %s %d ", when, n);
			CHECK(said(report, line), "%s", rule);
			snprintf(line, sizeof line, "%d ", n);
			CHECK(!said(output, line) || strstr("3 1 2", line), "%s: the victim went on", rule);
		}
	}
	CHECK(WIFEXITED(run("kill before 14\n", NULL, NULL)), "%s", "there is no call 14");
}

static void tears_writes(void)
{
	int status = run("tear 3 2\n", NULL, NULL);
	CHECK(WIFSIGNALED(status), "status %x", (unsigned)status);
	CHECK(strcmp(content("d/a"), "he") == 0 && length == 2, "%ld bytes", length);
	CHECK(records() == 3 && said(report, "killed in 3 write d/a"), "%d records", records());
	run("tear 9 3\n", NULL, NULL);
	CHECK(memcmp(content("d/b"), "HEl\0\0xyz", 8) == 0 && length == 8, "%ld bytes", length);
	run("tear 13 1\n", NULL, NULL);
	CHECK(strcmp(content("d/e"), "H") == 0 && length == 1, "%ld bytes", length);
	run("tear 6 1\n", NULL, NULL);
	CHECK(said(report, "killed before 6 rename d/a"), "%s", "only writes are torn");
}

static void fails_calls(void)
{
	int status = run("fail EIO sync d/ 0 -1\nfail ENOSPC write,allocate * 1 2\n", NULL, NULL);
	CHECK(WIFEXITED(status), "status %x", (unsigned)status);
	CHECK(said(output, "5 sync Input/output error"), "%s", "fsync fails");
	CHECK(said(output, "3 write ok") && said(output, "4 pwrite No space left"), "%s", "from the second write on");
	CHECK(said(output, "9 writev No space left") && said(output, "10 allocate ok"), "%s", "two of them");
	CHECK(records() == CALLS, "%d records: failed calls have numbers, too", records());
	run("fail EROFS any * 0 -1\n", NULL, NULL);
	CHECK(said(output, "1 mkdir Read-only file system"), "%s", "read-only");
	run("fail EROFS open * 0 -1\n", NULL, NULL);
	CHECK(said(output, "13 copy ok") && said(output, "open Read-only file system"), "%s", "opens that change nothing");
	run("fail EIO any nowhere 0 -1\n", NULL, NULL);
	CHECK(said(output, "5 sync ok") && !said(report, "failed"), "%s", "another path");
}

static void delays_calls(void)
{
	struct timespec before, after;
	clock_gettime(CLOCK_MONOTONIC, &before);
	run("hang 200 sync * 0 1\n", NULL, NULL);
	clock_gettime(CLOCK_MONOTONIC, &after);
	CHECK((after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000 >= 200, "%s", "too soon");
	CHECK(said(report, "hung 5 sync d/a: 200 ms") && said(output, "13 copy ok"), "%s", "and goes on");
}

static void says_what_it_cannot_do(void)
{
	int status = run("kill before lunch\n", NULL, NULL);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "status %x", (unsigned)status);
	CHECK(said(report, "not a rule: kill before lunch"), "%s", "the rule is named");
	run("", NULL, "map");
	CHECK(said(report, "unseen: d/b is mapped for writing"), "%s", "mappings are reported");
	run("", "d/", NULL);
	CHECK(records() == 1 && !said(report, "unseen"), "%d records outside of d/", records());
}

static void run_case(const char *name, void (*body)(void))
{
	case_failed = false;
	body();
	if (case_failed)
		fprintf(stderr, "FAILED %s\n", name);
	*(case_failed ? &failed : &passed) += 1;
}

int main(void)
{
	const char *build = getenv("UV_BUILD");
	if (!build || !realpath(build, library) || !mkdtemp(base)) {
		fprintf(stderr, "UV_BUILD must name the directory with libfaults.so and victim\n");
		return 2;
	}
	snprintf(victim, sizeof victim, "%.4000s/victim", library);
	strcat(library, "/libfaults.so");
	snprintf(root, sizeof root, "%s/root", base);
	snprintf(output, sizeof output, "%s/output", base);
	snprintf(control, sizeof control, "%s/control", base);
	snprintf(report, sizeof report, "%s/report", base);
	snprintf(journal, sizeof journal, "%s/journal", base);
	run_case("everything is seen", everything_is_seen);
	run_case("kills around every call", kills_around_every_call);
	run_case("tears writes", tears_writes);
	run_case("fails calls", fails_calls);
	run_case("delays calls", delays_calls);
	run_case("says what it cannot do", says_what_it_cannot_do);
	nftw(base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
