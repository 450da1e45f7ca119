#include "lab/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>

#include "base/file.h"
#include "base/json.h"

#define LEDGER_CEILING (4 << 20)

struct ledger {
	char *path;
	int fd;
};

static const char *const kind_names[ACT_KINDS] = {
	[ACT_CGROUP] = "cgroup",
	[ACT_SUPERVISOR] = "supervisor",
};

/* The name of a new file is on disk only once its directory is. */
static struct err *sync_dir(const char *dir)
{
	_cleanup_(closep) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || fsync(fd) < 0 ? err_sys(dir, errno) : NULL;
}

struct err *ledger_open(const char *dir, struct ledger **out)
{
	_cleanup_(ledger_closep) struct ledger *l = NEW(struct ledger);

	l->path = path_join(dir, "ledger");
	l->fd = open(l->path, O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (l->fd < 0)
		return err_sys(l->path, errno);
	TRY(sync_dir(dir));
	*out = TAKE_PTR(l);
	return NULL;
}

void ledger_close(struct ledger *l)
{
	if (!l)
		return;
	closep(&l->fd);
	free(l->path);
	free(l);
}

struct err *ledger_add(struct ledger *l, enum act_kind kind, const char *name, int64_t a, int64_t b)
{
	json_t *line = json_pack("{s:s, s:s, s:I, s:I}", "act", kind_names[kind], "name",
		name ? name : "", "a", (json_int_t)a, "b", (json_int_t)b);
	_cleanup_(freep) char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
	_cleanup_(str_done) struct str whole = STR_INIT;

	json_decref(line);
	if (!text)
		return err_at(err_new(ERR_INPUT, "not a name for the ledger"), "%s", l->path);
	str_addf(&whole, "%s\n", text);
	TRY(file_write_all(l->fd, l->path, whole.buf, whole.len));
	return fdatasync(l->fd) < 0 ? err_sys(l->path, errno) : NULL;
}

static struct act *act_of(struct acts *acts, enum act_kind kind, const char *name)
{
	for (size_t i = 0; i < acts->count; i++)
		if (acts->items[i].kind == kind && str_eq(acts->items[i].name, name))
			return &acts->items[i];
	return NULL;
}

static struct err *read_kind(struct json_at at, enum act_kind *kind)
{
	_cleanup_(freep) char *word = NULL;

	TRY(json_str(at, "act", &word));
	for (int k = 0; k < ACT_KINDS; k++) {
		if (!str_eq(word, kind_names[k]))
			continue;
		*kind = (enum act_kind)k;
		return NULL;
	}
	return json_error(at, "an act that this tare does not know: %s", word);
}

static struct err *read_line(const char *path, const char *line, struct acts *out)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(freep) char *name = NULL;
	struct act read = { 0 }, *act;
	struct json_at at;

	TRY(json_parse(path, line, strlen(line), &doc));
	at = json_root(doc);
	TRY(read_kind(at, &read.kind));
	TRY(json_str(at, "name", &name));
	TRY(json_int(at, "a", &read.a));
	TRY(json_int(at, "b", &read.b));
	act = act_of(out, read.kind, name);
	if (!act) {
		act = GROW(out->items, out->count, out->room);
		read.name = TAKE_PTR(name);
	} else {
		read.name = act->name;
	}
	*act = read;
	return NULL;
}

struct err *ledger_read(struct ledger *l, struct acts *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(acts_done) struct acts acts = { 0 };
	char *line, *end;

	TRY(file_read(l->path, LEDGER_CEILING, &text));
	for (line = text.buf; line && (end = strchr(line, '\n')); line = end + 1) {
		struct err *e;

		*end = '\0';
		e = read_line(l->path, line, &acts);
		if (e) {
			e->kind = ERR_IO;
			return err_next(e, "look at it; what it named has to be undone by hand");
		}
	}
	*out = acts;
	acts = (struct acts){ 0 };
	return NULL;
}

struct err *ledger_clear(struct ledger *l)
{
	if (ftruncate(l->fd, 0) < 0 || fdatasync(l->fd) < 0)
		return err_sys(l->path, errno);
	return NULL;
}

void acts_done(struct acts *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->items[i].name);
	free(a->items);
}
