/* CRC-32C (Castagnoli), bit by bit: identity pages are small and read once. */
#include "internal.h"

uint32_t uv_crc32c(const void *bytes, size_t size)
{
	const uint8_t *next = bytes;
	uint32_t crc = 0xffffffffu;
	while (size--) {
		crc ^= *next++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0x82f63b78u & -(crc & 1));
	}
	return ~crc;
}
