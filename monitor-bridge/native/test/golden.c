#include "golden.h"

#include "check.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

bool golden_restore(const char *name, const char *path)
{
	FILE *text = fopen(check_golden(name), "r");
	char line[256];
	uint64_t size = 0, offset, word;
	bool good = true;
	if (!CHECK(text != NULL, "cannot read %s", check_golden(name)))
		return false;
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0640);
	while (good && fgets(line, sizeof line, text)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (sscanf(line, "size %" SCNu64, &size) == 1)
			good = ftruncate(fd, (off_t)size) == 0;
		else
			good = sscanf(line, "0x%" SCNx64 " %" SCNx64, &offset, &word) == 2 && offset + 8 <= size &&
			       pwrite(fd, &word, 8, (off_t)offset) == 8;
		CHECK(good, "%s: bad line: %s", name, line);
	}
	fclose(text);
	close(fd);
	return good && CHECK(size > 0, "%s has no size", name);
}

static void write_text(const char *name, const uint64_t *words, size_t size)
{
	FILE *text = fopen(check_golden(name), "w");
	if (!CHECK(text != NULL, "cannot write %s", check_golden(name)))
		return;
	fprintf(text, "# Written by the C side; see README.md.\nsize %zu\n", size);
	for (size_t i = 0; i < size / 8; i++)
		if (words[i] != 0)
			fprintf(text, "0x%06zx %016" PRIx64 "\n", 8 * i, words[i]);
	fclose(text);
}

static const uint64_t *map(const char *path, size_t *size)
{
	struct stat status;
	int fd = open(path, O_RDONLY);
	void *mapped;
	if (!CHECK(fd >= 0 && fstat(fd, &status) == 0, "cannot read %s", path))
		return NULL;
	*size = (size_t)status.st_size;
	mapped = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	return mapped == MAP_FAILED ? NULL : mapped;
}

bool golden_matches(const char *name, const char *path)
{
	char restored[4096];
	size_t expected_size = 0, found_size = 0;
	const uint64_t *found = map(path, &found_size), *expected;
	bool good;
	if (!found)
		return false;
	if (getenv("UV_GOLDEN_WRITE"))
		write_text(name, found, found_size);
	snprintf(restored, sizeof restored, "%s/%s.restored", check_directory(), name);
	if (!golden_restore(name, restored) || !(expected = map(restored, &expected_size)))
		return false;
	good = CHECK(found_size == expected_size, "%s: %zu bytes, %zu expected", name, found_size, expected_size);
	for (size_t i = 0; good && i < found_size / 8; i++)
		good = CHECK(found[i] == expected[i], "%s: at 0x%zx %016" PRIx64 ", %016" PRIx64 " expected", name, 8 * i, found[i], expected[i]);
	munmap((void *)(uintptr_t)found, found_size);
	munmap((void *)(uintptr_t)expected, expected_size);
	return good;
}
