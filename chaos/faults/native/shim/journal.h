/* The journal: every numbered call in the order in which they ended, with what it wrote. Under the lock. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "faults.h"

void journal_open(const char *file);
bool journal_is_open(void);
void journal_write(const struct call *call, long result, const struct iovec *data, int pieces);

#endif
