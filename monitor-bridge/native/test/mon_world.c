#include "mon_world.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void must(bool good, const char *what)
{
	if (!good) {
		perror(what);
		abort();
	}
}

const char *world_make(const char *name)
{
	static const char *const folders[] = { "", "/monitors", "/views", "/views/r1", "/views/r2" };
	char *directory = malloc(UV_PATH_SIZE), path[UV_PATH_SIZE + 16];
	must(directory != NULL, "malloc");
	snprintf(directory, UV_PATH_SIZE, "%s/%s", check_directory(), name);
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		snprintf(path, sizeof path, "%s%s", directory, folders[i]);
		must(mkdir(path, 0755) == 0, path);
	}
	return directory;
}

volatile uint8_t *world_memory(const char *directory, uint64_t pages)
{
	char path[UV_PATH_SIZE];
	uv_error error;
	void *memory;
	must(uv_path(path, directory, UV_FILE_MEMORY, NULL, NULL, &error) == UV_OK, "uv_path");
	int descriptor = open(path, O_RDWR | O_CREAT, 0600);
	struct stat status;
	must(descriptor >= 0 && fstat(descriptor, &status) == 0, path);
	must((uint64_t)status.st_size >= pages * UV_PAGE_SIZE || ftruncate(descriptor, (off_t)(pages * UV_PAGE_SIZE)) == 0, path);
	memory = mmap(NULL, pages * UV_PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
	must(memory != MAP_FAILED, "mmap");
	close(descriptor);
	return memory;
}

bool world_frame_zero(volatile uint8_t *memory, uint64_t frame)
{
	for (size_t i = 0; i < UV_PAGE_SIZE; i++)
		if (memory[frame * UV_PAGE_SIZE + i] != 0)
			return false;
	return true;
}

void world_fill_frame(volatile uint8_t *memory, uint64_t frame, uint8_t byte)
{
	memset((void *)(uintptr_t)(memory + frame * UV_PAGE_SIZE), byte, UV_PAGE_SIZE);
}

static void built(char path[UV_PATH_SIZE], const char *name)
{
	const char *build = getenv("UV_BUILD");
	snprintf(path, UV_PATH_SIZE, "%s/%s", build ? build : "target/native", name);
}

const char *world_program(const char *name)
{
	static char path[UV_PATH_SIZE];
	built(path, name);
	return path;
}

pid_t world_start(const char *program, ...)
{
	char *arguments[32] = { 0 }, path[UV_PATH_SIZE];
	va_list more;
	size_t count = 1;
	built(path, program);
	arguments[0] = path;
	va_start(more, program);
	while (count < 31 && (arguments[count] = va_arg(more, char *)))
		count++;
	va_end(more);
	pid_t pid = fork();
	must(pid >= 0, "fork");
	if (pid == 0) {
		int nowhere = open("/dev/null", O_RDWR);
		if (!getenv("UV_TEST_LOUD")) {
			dup2(nowhere, 1);
			dup2(nowhere, 2);
		}
		execv(path, arguments);
		perror(path);
		_exit(127);
	}
	return pid;
}

static void a_moment(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	nanosleep(&moment, NULL);
}

bool world_until(bool (*holds)(void *context), void *context, unsigned seconds)
{
	uint64_t deadline = uv_now() + seconds * 1000000000ull;
	while (!holds(context)) {
		if (uv_now() > deadline)
			return false;
		a_moment();
	}
	return true;
}

int world_wait(pid_t pid, unsigned seconds)
{
	uint64_t deadline = uv_now() + seconds * 1000000000ull;
	int status;
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (uv_now() > deadline) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return -1;
		}
		a_moment();
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool world_ack(const char *directory, const char *partition, struct world_ack *ack)
{
	char path[UV_PATH_SIZE];
	uint64_t words[0x200];
	uv_error error;
	must(uv_path(path, directory, UV_FILE_MONITOR_ACK, NULL, partition, &error) == UV_OK, "uv_path");
	int descriptor = open(path, O_RDONLY);
	if (descriptor < 0)
		return false;
	ssize_t length = pread(descriptor, words, sizeof words, 0);
	close(descriptor);
	if (length != sizeof words || memcmp(words, "ULTRVACK", 8) != 0)
		return false;
	*ack = (struct world_ack){ .nonce = words[2], .pid = words[3], .acknowledged = words[0x20], .incarnation = words[0x21], .heartbeat = words[0x40], .ended = words[0x50] };
	memcpy(ack->statistics, words + 0x80, sizeof ack->statistics);
	return true;
}

struct question {
	const char *directory, *partition;
	uint64_t a, b;
	unsigned index;
	struct world_ack ack;
};

static bool another_nonce(void *context)
{
	struct question *q = context;
	return world_ack(q->directory, q->partition, &q->ack) && q->ack.nonce != q->a;
}

uint64_t world_nonce(const char *directory, const char *partition, uint64_t but)
{
	struct question q = { .directory = directory, .partition = partition, .a = but };
	return world_until(another_nonce, &q, 10) ? q.ack.nonce : 0;
}

static bool is_acknowledged(void *context)
{
	struct question *q = context;
	return world_ack(q->directory, q->partition, &q->ack) && q->ack.incarnation == q->a && q->ack.acknowledged >= q->b;
}

bool world_acknowledged(const char *directory, const char *partition, uint64_t incarnation, uint64_t sequence)
{
	struct question q = { .directory = directory, .partition = partition, .a = incarnation, .b = sequence };
	return world_until(is_acknowledged, &q, 10);
}

static bool is_counted(void *context)
{
	struct question *q = context;
	return world_ack(q->directory, q->partition, &q->ack) && q->ack.statistics[q->index] >= q->a;
}

bool world_counted(const char *directory, const char *partition, unsigned index, uint64_t least)
{
	struct question q = { .directory = directory, .partition = partition, .a = least, .index = index };
	return world_until(is_counted, &q, 10);
}

uint64_t world_statistic(const char *directory, const char *partition, unsigned index)
{
	struct world_ack ack;
	return world_ack(directory, partition, &ack) ? ack.statistics[index] : 0;
}

/* The monitor's children in the order in which they were started. */
static void children_of(pid_t monitor, pid_t children[2])
{
	char path[64], text[256] = "", *next = text;
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", monitor, monitor);
	FILE *file = fopen(path, "r");
	if (file && !fgets(text, sizeof text, file))
		text[0] = 0;
	if (file)
		fclose(file);
	for (int i = 0; i < 2; i++)
		children[i] = (pid_t)strtol(next, &next, 10);
}

pid_t world_guest_of(pid_t monitor)
{
	pid_t children[2];
	children_of(monitor, children);
	return children[0];
}

pid_t world_mapper_of(pid_t monitor)
{
	pid_t children[2];
	children_of(monitor, children);
	return children[1];
}

size_t world_mappings(pid_t guest, uint64_t base, uv_run *runs, size_t most)
{
	return world_mappings_of(guest, base, "/memory", runs, most);
}

size_t world_mappings_of(pid_t guest, uint64_t base, const char *wanted, uv_run *runs, size_t most)
{
	char path[64], line[512], rights[8], name[256];
	uint64_t from, to, offset;
	size_t count = 0;
	snprintf(path, sizeof path, "/proc/%d/maps", guest);
	FILE *file = fopen(path, "r");
	while (file && fgets(line, sizeof line, file)) {
		name[0] = 0;
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %*s %*s %255s", &from, &to, rights, &offset, name) < 4 || !strstr(name, wanted) || from < base)
			continue;
		if (count < most)
			runs[count] = (uv_run){ .guest = (from - base) / UV_PAGE_SIZE, .frame = offset / UV_PAGE_SIZE, .count = (to - from) / UV_PAGE_SIZE,
						.rights = (rights[0] == 'r' ? UV_READ : 0u) | (rights[1] == 'w' ? UV_WRITE : 0u) | (rights[2] == 'x' ? UV_EXECUTE : 0u) };
		count++;
	}
	if (file)
		fclose(file);
	return count;
}

bool world_alive(pid_t pid)
{
	char path[64], text[512];
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	FILE *file = fopen(path, "r");
	bool alive = false;
	if (file && fgets(text, sizeof text, file)) {
		char *end = strrchr(text, ')');
		alive = end && end[2] != 'Z' && end[2] != 'X';
	}
	if (file)
		fclose(file);
	return alive;
}
