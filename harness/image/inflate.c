#include <isa-l.h>

#include "image/inflate.h"

size_t inflate_some(enum inflate_kind kind, const void *bytes, size_t n, void *out, size_t room)
{
	struct inflate_state state;
	int end;

	isal_inflate_init(&state);
	state.crc_flag = kind == INFLATE_ZLIB ? ISAL_ZLIB : ISAL_DEFLATE;
	state.next_in = (uint8_t *)bytes;
	state.avail_in = n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
	state.next_out = out;
	state.avail_out = room < UINT32_MAX ? (uint32_t)room : UINT32_MAX;
	end = isal_inflate(&state);
	/* what stands before a damage is no less damaged */
	return end == ISAL_DECOMP_OK || end == ISAL_END_INPUT || end == ISAL_OUT_OVERFLOW
		       ? state.total_out
		       : 0;
}
