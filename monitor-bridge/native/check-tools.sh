#!/bin/sh
# Says which packages to install if the native side cannot be built here.
missing=
for tool in gcc make ar; do
	command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
if [ -n "$missing" ]; then
	echo "The native monitor cannot be built, missing:$missing. Install the packages gcc, make and binutils" \
		"(Debian and Ubuntu: apt-get install gcc make libc6-dev; Fedora: dnf install gcc make)." >&2
	exit 1
fi
if ! echo '#include <stdatomic.h>
#include <sys/mman.h>
int main(void) { return 0; }' | gcc -std=c11 -x c -fsyntax-only - 2>/dev/null; then
	echo "The native monitor cannot be built, gcc finds no C library headers. Install libc6-dev (Debian, Ubuntu) or glibc-devel (Fedora)." >&2
	exit 1
fi
