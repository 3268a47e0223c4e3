/* uvbench: figures of the reader's side, as JSON.
 *
 *   uvbench translate [--gib 64] [--chunks 200] [--directory /dev/shm]
 *   uvbench visible HOSTDIR REPLICA PARTITION [--wait] [--real-time]
 */
#include "uvbench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(void)
{
	fputs("usage: uvbench translate [--gib 64] [--chunks 200] [--directory /dev/shm]\n"
	      "       uvbench visible HOSTDIR REPLICA PARTITION [--wait] [--real-time]\n",
	      stderr);
	return 2;
}

static int translate(int count, char **arguments)
{
	const char *directory = "/dev/shm";
	uint64_t gib = 64, chunks = 200;
	for (int i = 0; i < count; i += 2) {
		if (i + 1 == count)
			return usage();
		if (strcmp(arguments[i], "--gib") == 0)
			gib = strtoull(arguments[i + 1], NULL, 10);
		else if (strcmp(arguments[i], "--chunks") == 0)
			chunks = strtoull(arguments[i + 1], NULL, 10);
		else if (strcmp(arguments[i], "--directory") == 0)
			directory = arguments[i + 1];
		else
			return usage();
	}
	/* A power of two, so that a random page is a mask away. */
	if (gib < 1 || gib > 1024 || (gib & (gib - 1)) != 0 || chunks < 1 || chunks > 100000) {
		fputs("uvbench: --gib is a power of two of 1 to 1024, --chunks 1 to 100000\n", stderr);
		return 2;
	}
	return bench_translate(directory, gib, (unsigned)chunks);
}

static int visible(int count, char **arguments)
{
	bool wait = false, real_time = false;
	if (count < 3)
		return usage();
	for (int i = 3; i < count; i++) {
		if (strcmp(arguments[i], "--wait") == 0)
			wait = true;
		else if (strcmp(arguments[i], "--real-time") == 0)
			real_time = true;
		else
			return usage();
	}
	return bench_visible(arguments[0], arguments[1], arguments[2], wait, real_time);
}

int main(int count, char **arguments)
{
	if (count >= 2 && strcmp(arguments[1], "translate") == 0)
		return translate(count - 2, arguments + 2);
	if (count >= 2 && strcmp(arguments[1], "visible") == 0)
		return visible(count - 2, arguments + 2);
	return usage();
}
