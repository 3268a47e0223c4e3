/* Which calls concern us, what happens to them, and the lock that makes them one after the other. */
#include "faults.h"
#include "journal.h"
#include "rules.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

const char *const kind_names[KINDS] = {
	"create", "write", "sync", "rename", "unlink", "truncate", "allocate", "mkdir", "link", "open",
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_length;
static const char *except, *control;
static int report_file = -1;
static uint64_t calls;

__attribute__((constructor)) static void start(void)
{
	const char *name = getenv("UV_FAULTS_REPORT");
	if (name)
		report_file = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	control = getenv("UV_FAULTS_CONTROL");
	except = getenv("UV_FAULTS_EXCEPT");
	name = getenv("UV_FAULTS_JOURNAL");
	if (name)
		journal_open(name);
	name = getenv("UV_FAULTS_ROOT");
	if (name && strlen(name) < sizeof root) {
		strcpy(root, name);
		root_length = strlen(root);
	}
}

void report(const char *format, ...)
{
	char line[PATH_MAX + 256];
	va_list arguments;
	int length;
	if (report_file < 0)
		return;
	va_start(arguments, format);
	length = vsnprintf(line, sizeof line - 1, format, arguments);
	va_end(arguments);
	length = length < (int)sizeof line - 2 ? length : (int)sizeof line - 2;
	line[length++] = '\n';
	syscall(SYS_write, report_file, line, length);
}

/* Drops doubled slashes and "." in the middle, which programs leave in paths that they put together. */
static void tidy(char *path)
{
	char *to = path;
	for (const char *from = path; *from; from++) {
		if (from[0] == '/' && (from[1] == '/' || from[1] == '\0'))
			continue;
		if (from[0] == '/' && from[1] == '.' && (from[2] == '/' || from[2] == '\0')) {
			from++;
			continue;
		}
		*to++ = *from;
	}
	*to = '\0';
}

/* The path below the root; false if it is elsewhere. */
static bool below_root(char *path, char *below)
{
	if (root_length == 0)
		return false;
	tidy(path);
	if (strncmp(path, root, root_length) != 0 || (path[root_length] != '/' && path[root_length] != '\0'))
		return false;
	strcpy(below, path[root_length] ? path + root_length + 1 : "");
	return !(except && strstr(below, except));
}

static bool path_of_file(int fd, char *path)
{
	char link[32];
	long length;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	length = readlink(link, path, PATH_MAX - 1);
	if (length < 0)
		return false;
	path[length] = '\0';
	return true;
}

static bool resolve(char *whole, int directory, const char *path)
{
	size_t length = 0;
	if (path[0] != '/') {
		if (directory == AT_FDCWD ? !getcwd(whole, PATH_MAX) : !path_of_file(directory, whole))
			return false;
		length = strlen(whole);
		whole[length++] = '/';
	}
	return snprintf(whole + length, PATH_MAX - length, "%s", path) < (int)(PATH_MAX - length);
}

static void fresh(struct call *call, enum kind kind)
{
	call->kind = kind;
	call->number = 0;
	call->path[0] = call->other[0] = '\0';
	call->offset = 0;
	call->limit = SIZE_MAX;
}

bool call_on_path(struct call *call, enum kind kind, int directory, const char *path)
{
	char whole[PATH_MAX];
	int error = errno;
	bool ours;
	fresh(call, kind);
	ours = root_length > 0 && resolve(whole, directory, path) && below_root(whole, call->path);
	errno = error;
	return ours;
}

bool call_on_file(struct call *call, enum kind kind, int fd)
{
	char whole[PATH_MAX];
	int error = errno;
	bool ours;
	fresh(call, kind);
	ours = root_length > 0 && path_of_file(fd, whole) && below_root(whole, call->path);
	errno = error;
	return ours;
}

void call_leads_to(struct call *call, int directory, const char *path)
{
	char whole[PATH_MAX];
	if (!resolve(whole, directory, path) || !below_root(whole, call->other))
		report("unseen: %s leads out of the directory, to %s", call->path, path);
}

static void die(const char *when, const struct call *call)
{
	report("killed %s %lu %s %s", when, (unsigned long)call->number, kind_names[call->kind], call->path);
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

static void sleep_millis(long millis)
{
	struct timespec time = { millis / 1000, millis % 1000 * 1000000 };
	while (nanosleep(&time, &time) != 0 && errno == EINTR)
		;
}

int call_begin(struct call *call)
{
	long hang = 0;
	pthread_mutex_lock(&lock);
	if (call->kind != OPEN)
		call->number = ++calls;
	if (control)
		rules_refresh(control);
	for (int i = 0; i < rule_count; i++) {
		struct rule *rule = &rules[i];
		bool at = call->number != 0 && call->number == rule->number;
		if (at && (rule->action == KILL_BEFORE || (rule->action == TEAR && call->kind != WRITE)))
			die("before", call);
		if (at && rule->action == TEAR)
			call->limit = (size_t)rule->argument;
		if (rule->action == FAIL && rule_matches(rule, call)) {
			report("failed %lu %s %s: %s", (unsigned long)call->number, kind_names[call->kind], call->path,
				strerror((int)rule->argument));
			journal_write(call, -1, NULL, 0);
			pthread_mutex_unlock(&lock);
			return (int)rule->argument;
		}
		if (rule->action == HANG && rule_matches(rule, call))
			hang += rule->argument;
	}
	if (hang > 0)
		report("hung %lu %s %s: %ld ms", (unsigned long)call->number, kind_names[call->kind], call->path, hang);
	if (call->kind == SYNC || hang > 0)
		pthread_mutex_unlock(&lock);
	if (hang > 0) {
		sleep_millis(hang);
		if (call->kind != SYNC)
			pthread_mutex_lock(&lock);
	}
	return 0;
}

void call_end(struct call *call, long result, const struct iovec *data, int pieces)
{
	int error = errno;
	if (call->kind == SYNC)
		pthread_mutex_lock(&lock);
	if (call->number != 0)
		journal_write(call, result, data, pieces);
	if (call->limit != SIZE_MAX)
		die("in", call);
	for (int i = 0; i < rule_count; i++)
		if (rules[i].action == KILL_AFTER && call->number != 0 && call->number == rules[i].number)
			die("after", call);
	pthread_mutex_unlock(&lock);
	errno = error;
}

/* The process ends between two calls, never within one: the journal has what the disk has. */
static __attribute__((noreturn)) void end(int status)
{
	pthread_mutex_lock(&lock);
	for (;;)
		syscall(SYS_exit_group, status);
}

void exit(int status)
{
	end(status);
}

void _exit(int status)
{
	end(status);
}
