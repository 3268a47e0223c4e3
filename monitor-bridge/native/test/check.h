/* A test program's counters: CHECK(condition, "what was expected", ...); return check_report(). */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>

#define CHECK(condition, ...) check_that((condition), __FILE__, __LINE__, #condition, __VA_ARGS__)

/* Starts a case: what follows belongs to it. A case passes if all its checks do. */
void check_case(const char *name);
__attribute__((format(printf, 5, 6))) bool check_that(bool good, const char *file, int line, const char *condition, const char *format, ...);

/* Prints "N passed, M failed"; the program's exit code. */
int check_report(void);

/* A directory of this test's own, removed by check_report. */
const char *check_directory(void);

/* A file in layout/golden. */
const char *check_golden(const char *name);

#endif
