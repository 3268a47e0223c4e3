/* Golden bytes as text (layout/golden/README.md): the size, then each 8-byte word that is not zero. */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <stdbool.h>
#include <stddef.h>

/* Makes the file `path` from the golden text `name`. False, with a failed check, if it cannot. */
bool golden_restore(const char *name, const char *path);

/* Whether the file `path` has exactly the golden text's bytes; a failed check names the first difference. With the environment variable
 * UV_GOLDEN_WRITE set, writes the golden text instead. */
bool golden_matches(const char *name, const char *path);

#endif
