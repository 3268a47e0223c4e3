/* What a guest writes into its pages: every word names its page, its place and its partition, and which writing it is. */
#ifndef ULTRAGUEST_PATTERN_H
#define ULTRAGUEST_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

enum { PATTERN_WORDS = 512 };

enum pattern_found { PATTERN_ZERO, PATTERN_OWN, PATTERN_FOREIGN };

uint64_t pattern_seed(const char *partition, uint64_t seed);
void pattern_write(volatile uint64_t *page, uint64_t seed, uint64_t number, uint16_t writing);

/* Every word is that of this writing. */
bool pattern_is(const uint64_t *page, uint64_t seed, uint64_t number, uint16_t writing);

/* ZERO: all zero. OWN: each word zero or of some writing of this partition at this page. FOREIGN: anything else. */
enum pattern_found pattern_look(const uint64_t *page, uint64_t seed, uint64_t number);

#endif
