#include "rules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct rule rules[16];
int rule_count;

static char known[4096];

static void refuse(const char *line)
{
	report("not a rule: %s", line);
	fprintf(stderr, "libfaults: not a rule: %s\n", line);
	abort();
}

static int errno_of(const char *name)
{
	static const struct { const char *name; int number; } names[] = {
		{ "EIO", EIO }, { "ENOSPC", ENOSPC }, { "EROFS", EROFS }, { "EDQUOT", EDQUOT },
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].number;
	return 0;
}

static unsigned kinds_of(char *list)
{
	unsigned kinds = 0;
	char *rest = NULL;
	if (strcmp(list, "any") == 0)
		return ~0u;
	for (char *word = strtok_r(list, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
		int kind = 0;
		while (kind < KINDS && strcmp(kind_names[kind], word) != 0)
			kind++;
		if (kind == KINDS)
			return 0;
		kinds |= 1u << kind;
	}
	return kinds;
}

static bool parse(const char *line, struct rule *rule)
{
	char word[8], kinds[128], end;
	unsigned long number;
	memset(rule, 0, sizeof *rule);
	if (sscanf(line, "kill %7s %lu %c", word, &number, &end) == 2) {
		rule->action = strcmp(word, "before") == 0 ? KILL_BEFORE : KILL_AFTER;
		rule->number = number;
		return rule->action == KILL_BEFORE || strcmp(word, "after") == 0;
	}
	if (sscanf(line, "tear %lu %ld %c", &number, &rule->argument, &end) == 2) {
		rule->action = TEAR;
		rule->number = number;
		return rule->argument >= 0;
	}
	if (sscanf(line, "fail %7s %127s %255s %ld %ld %c", word, kinds, rule->path, &rule->first, &rule->count, &end) == 5) {
		rule->action = FAIL;
		rule->argument = errno_of(word);
	} else if (sscanf(line, "hang %ld %127s %255s %ld %ld %c", &rule->argument, kinds, rule->path, &rule->first, &rule->count, &end) == 5) {
		rule->action = HANG;
	} else {
		return false;
	}
	rule->kinds = kinds_of(kinds);
	return rule->kinds != 0 && rule->argument > 0;
}

void rules_refresh(const char *file)
{
	char text[sizeof known] = "", *rest = NULL;
	int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC, 0);
	if (fd >= 0) {
		long length = read(fd, text, sizeof text - 1);
		text[length < 0 ? 0 : length] = '\0';
		close(fd);
	}
	if (strcmp(text, known) == 0)
		return;
	strcpy(known, text);
	rule_count = 0;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (rule_count == sizeof rules / sizeof *rules || !parse(line, &rules[rule_count]))
			refuse(line);
		rule_count++;
	}
}

bool rule_matches(struct rule *rule, const struct call *call)
{
	long before;
	if (!(rule->kinds >> call->kind & 1))
		return false;
	if (strcmp(rule->path, "*") != 0 && !strstr(call->path, rule->path) && !strstr(call->other, rule->path))
		return false;
	before = rule->seen++ - rule->first;
	return before >= 0 && (rule->count < 0 || before < rule->count);
}
