/* What the library's files share. Not installed; tests may look. */
#ifndef ULTRAVIEW_INTERNAL_H
#define ULTRAVIEW_INTERNAL_H

#include "ultraview.h"

/* Fills `error` (which may be NULL) and returns `code`. */
__attribute__((format(printf, 3, 4))) int uv_fail(uv_error *error, int code, const char *format, ...);

/* CRC-32C as in java.util.zip.CRC32C. */
uint32_t uv_crc32c(const void *bytes, size_t size);

/* 1 to 64 of A-Z a-z 0-9 . _ - */
bool uv_name_valid(const char *name);

/* A name field as found in a file: valid, and zeroes behind it. */
bool uv_name_field_valid(const char field[UV_NAME_SIZE]);

/* Maps a whole file. `least` is the smallest size that makes sense. On success *size is its real size. */
int uv_map_file(const char *path, size_t least, const void **memory, size_t *size, dev_t *device, ino_t *inode, uv_error *error);

/* Makes PATH.PID.tmp of the size, maps it writable; uv_publish_file renames it to `path`. */
int uv_make_file(const char *path, size_t size, void **memory, uv_error *error);
int uv_publish_file(const char *path, uv_error *error);

/* Field 22 of /proc/PID/stat of this process, 0 if it cannot be read. */
uint64_t uv_process_start(void);

/* Waits on the wake words of several mappings; see uv_wait. */
int uv_wait_any(const _Atomic uint32_t *const *words, const uint32_t *seen, size_t count, _Atomic uint32_t *sleeping, uint64_t timeout_ns);

#endif
