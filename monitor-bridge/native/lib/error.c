/* Error texts. */
#include "internal.h"

#include <stdarg.h>
#include <stdio.h>

int uv_fail(uv_error *error, int code, const char *format, ...)
{
	if (error) {
		va_list arguments;
		error->code = code;
		va_start(arguments, format);
		vsnprintf(error->text, sizeof error->text, format, arguments);
		va_end(arguments);
	}
	return code;
}

const char *uv_code_name(int code)
{
	switch (code) {
	case UV_OK:
		return "OK";
	case UV_NOT_FOUND:
		return "NOT_FOUND";
	case UV_IO:
		return "IO";
	case UV_TRUNCATED:
		return "TRUNCATED";
	case UV_FOREIGN:
		return "FOREIGN";
	case UV_VERSION:
		return "VERSION";
	case UV_CORRUPT:
		return "CORRUPT";
	case UV_MISMATCH:
		return "MISMATCH";
	case UV_BUSY:
		return "BUSY";
	case UV_LOST:
		return "LOST";
	case UV_FULL:
		return "FULL";
	case UV_NONE:
		return "NONE";
	default:
		return "UNKNOWN";
	}
}
