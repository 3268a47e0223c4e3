/*
 * Makes one numbered call of each kind in the directory that it is given, in a fixed order, and prints how each went. With a
 * second argument it maps a file for writing at the end, which the shim cannot follow.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void went(const char *what, long result)
{
	printf("%s %s\n", what, result < 0 ? strerror(errno) : "ok");
	fflush(stdout);
}

int main(int count, char **arguments)
{
	struct iovec pieces[] = { { "xy", 2 }, { "z", 1 } };
	off_t start = 0;
	int file, copy;
	if (count < 2 || chdir(arguments[1]) != 0)
		return 2;
	went("1 mkdir", mkdir("d", 0755));
	file = open("d//./a", O_RDWR | O_CREAT | O_TRUNC, 0644);
	went("2 create", file);
	went("3 write", write(file, "hello", 5));
	went("4 pwrite", pwrite(file, "HE", 2, 0));
	went("5 sync", fsync(file));
	went("6 rename", rename("d/a", "d/b"));
	went("7 link", link("d/b", "d/c"));
	went("8 truncate", ftruncate(file, 3));
	went("9 writev", writev(file, pieces, 2));
	went("10 allocate", -posix_fallocate(file, 0, 100));
	went("11 unlink", remove("d/c"));
	copy = open("d/e", O_WRONLY | O_CREAT | O_EXCL, 0644);
	went("12 create", copy);
	went("13 copy", copy_file_range(file, &start, copy, NULL, 4, 0));
	went("open", open("d/e", O_WRONLY));
	if (count > 2)
		went("mmap", mmap(NULL, 100, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) == MAP_FAILED ? -1 : 0);
	return 0;
}
