#include "lab/mounts.h"

#include <errno.h>
#include <sys/mount.h>

#include "base/file.h"

#define MOUNTINFO_CEILING (64 << 20)
#define ROUNDS		  100

static int octal(const char *digits)
{
	int value = 0;

	for (int i = 0; i < 3; i++) {
		if (digits[i] < '0' || digits[i] > '7')
			return -1;
		value = value * 8 + digits[i] - '0';
	}
	return value;
}

/* Blank, tab, newline and backslash are written \040 and so on there. */
static char *unescape(const char *field)
{
	_cleanup_(str_done) struct str out = STR_INIT;

	for (; *field; field++) {
		int byte = *field == '\\' ? octal(field + 1) : -1;

		str_addc(&out, byte < 0 ? *field : (char)byte);
		field += byte < 0 ? 0 : 3;
	}
	return str_take(&out);
}

static bool is_below(const char *path, const char *dir, bool itself)
{
	size_t n = strlen(dir);

	if (strncmp(path, dir, n) != 0)
		return false;
	return path[n] == '/' ? path[n + 1] : itself && !path[n];
}

/* ID PARENT MAJOR:MINOR ROOT PLACE ... */
static void take_line(const char *line, const char *dir, bool itself, struct strv *out)
{
	_cleanup_(strv_done) struct strv fields = STRV_INIT;
	_cleanup_(freep) char *place = NULL;

	strv_split(&fields, line, ' ');
	if (fields.count < 5)
		return;
	place = unescape(fields.items[4]);
	if (is_below(place, dir, itself))
		strv_add(out, place);
}

struct err *mounts_below(const char *dir, bool itself, struct strv *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(strv_done) struct strv lines = STRV_INIT;

	TRY(file_read("/proc/self/mountinfo", MOUNTINFO_CEILING, &text));
	strv_split(&lines, str_get(&text), '\n');
	for (size_t i = 0; i < lines.count; i++)
		take_line(lines.items[i], dir, itself, out);
	return NULL;
}

static struct err *unmount(const char *place)
{
	if (umount2(place, UMOUNT_NOFOLLOW) == 0)
		return NULL;
	if (errno == EBUSY && umount2(place, UMOUNT_NOFOLLOW | MNT_DETACH) == 0)
		return NULL;
	return err_at(err_new(ERR_IO, "cannot unmount: %s", strerror(errno)), "%s", place);
}

/* A mount may hide others that show only when it is gone: hence the rounds. */
struct err *mounts_remove(const char *dir, bool itself, struct strv *says)
{
	for (int round = 0; round < ROUNDS; round++) {
		_cleanup_(strv_done) struct strv places = STRV_INIT;

		TRY(mounts_below(dir, itself, &places));
		if (!places.count)
			return NULL;
		for (size_t i = places.count; i-- > 0;) {
			TRY(unmount(places.items[i]));
			if (says)
				strv_addf(says, "unmounted %s", places.items[i]);
		}
	}
	return err_at(err_new(ERR_IO, "mounts do not go away"), "%s", dir);
}
