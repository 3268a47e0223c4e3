#include "pattern.h"

static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

/* 48 bits of place, 16 bits of writing; never all zero since writings start at 1. */
static uint64_t word(uint64_t base, uint64_t index, uint16_t writing)
{
	return mix(base + index) << 16 | writing;
}

static uint64_t page_base(uint64_t seed, uint64_t number)
{
	return mix(seed ^ mix(number));
}

uint64_t pattern_seed(const char *partition, uint64_t seed)
{
	for (; *partition; partition++)
		seed = mix(seed ^ (unsigned char)*partition);
	return mix(seed);
}

void pattern_write(volatile uint64_t *page, uint64_t seed, uint64_t number, uint16_t writing)
{
	uint64_t base = page_base(seed, number);
	for (uint64_t i = 0; i < PATTERN_WORDS; i++)
		page[i] = word(base, i, writing);
}

bool pattern_is(const uint64_t *page, uint64_t seed, uint64_t number, uint16_t writing)
{
	uint64_t base = page_base(seed, number), difference = 0;
	for (uint64_t i = 0; i < PATTERN_WORDS; i++)
		difference |= page[i] ^ word(base, i, writing);
	return difference == 0;
}

enum pattern_found pattern_look(const uint64_t *page, uint64_t seed, uint64_t number)
{
	uint64_t base = page_base(seed, number), any = 0;
	for (uint64_t i = 0; i < PATTERN_WORDS; i++) {
		if (page[i] != 0 && page[i] >> 16 != word(base, i, 0) >> 16)
			return PATTERN_FOREIGN;
		any |= page[i];
	}
	return any ? PATTERN_OWN : PATTERN_ZERO;
}
