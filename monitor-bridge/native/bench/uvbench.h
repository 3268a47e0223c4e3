#ifndef BENCH_UVBENCH_H
#define BENCH_UVBENCH_H

#include <stdbool.h>
#include <stdint.h>

/* Goal J: prints one JSON object. `gib` of guest memory in 4 KiB leaves, `chunks` measured chunks a figure. */
int bench_translate(const char *directory, uint64_t gib, unsigned chunks);

/* Goal K: follows a view whose writer maps one page in each transaction, to the frame that is the time at which it began to apply it (Java
 * PublicationLoad), until the view is retired or nothing comes for two seconds. Prints one JSON object. */
int bench_visible(const char *host_directory, const char *replica, const char *partition, bool wait, bool real_time);

#endif
