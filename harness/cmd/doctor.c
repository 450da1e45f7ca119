/* tare doctor: each engine and tool: found, version, usable or why not, what to install. */
#include "base/file.h"
#include "base/json.h"
#include "base/proc.h"
#include "cmd/cmd.h"
#include "engine/engine.h"
#include "measure/cgroup.h"
#include "reports/reports.h"

struct doctor {
	bool json;
};

static const struct opt doctor_table[] = {
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct doctor, json) },
	{ OPT_END },
};

static const struct opts doctor_opts = { "doctor", "each engine and tool: found, usable, what to install",
	"", NULL, doctor_table };

/* One thing that was looked for. */
struct finding {
	char *what, *version, *state, *next; /* state: "usable", or why not */
};
struct findings {
	struct finding *items;
	size_t count, room;
	bool engine; /* one engine at least is usable */
};

static void findings_done(struct findings *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->items[i].what);
		free(f->items[i].version);
		free(f->items[i].state);
		free(f->items[i].next);
	}
	free(f->items);
}

static void add(struct findings *f, const char *what, const char *version, const char *state,
	const char *next)
{
	*GROW(f->items, f->count, f->room) = (struct finding){ xstrdup(what),
		xstrdup(version ? version : ""), xstrdup(state), xstrdup(next ? next : "") };
}

static struct err *look_at_engines(struct findings *f)
{
	for (size_t i = 0; engine_table[i]; i++) {
		struct engine_info info = { 0 };

		TRY(engine_table[i]->probe(NULL, &info));
		add(f, engine_table[i]->name, info.facts.version, info.usable ? "usable" : info.why,
			info.next);
		f->engine |= info.usable;
		engine_info_done(&info);
	}
	return NULL;
}

static const struct {
	const char *name, *version_flag, *package, *use;
} tools[] = {
	{ "docker-registry", "--version", "docker-registry", "the lab's registry" },
	{ "skopeo", "--version", "skopeo", "copies bases" },
	{ "mmdebstrap", "--version", "mmdebstrap", "assembles stand-ins where upstream is out of reach" },
	{ "git", "--version", "git", "names the commit" },
	{ "gnuplot", "--version", "gnuplot-nox", "draws plots" },
	{ "newuidmap", NULL, "uidmap", "runs without root" },
};

static char *version_of(const char *path, const char *flag)
{
	_cleanup_(proc_result_done) struct proc_result r = { 0 };
	struct proc p = { .argv = (const char *const[]){ path, flag, NULL } };

	if (flag)
		err_free(proc_run(&p, &r));
	return xstrndup(str_get(&r.out), strcspn(str_get(&r.out), "\n"));
}

static void look_at_tools(struct findings *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(tools); i++) {
		_cleanup_(freep) char *path = path_find_program(NULL, tools[i].name);
		_cleanup_(freep) char *version = path ? version_of(path, tools[i].version_flag) : NULL;
		_cleanup_(freep) char *state = path ? xstrdup("usable") :
						      xasprintf("missing: it %s", tools[i].use);
		_cleanup_(freep) char *next = path ? NULL : xasprintf("install %s", tools[i].package);

		add(f, tools[i].name, version, state, next);
	}
}

static void look_at_machine(struct findings *f)
{
	_cleanup_(freep) char *dir = NULL;
	_cleanup_(err_freep) struct err *nowhere = lab_where(&dir);
	const char *why = NULL;
	enum cgroup_kind kind = cgroup_probe(&why);

	add(f, "cgroup", kind == CGROUP_V2 ? "v2" : kind == CGROUP_V1 ? "v1" : "",
		kind == CGROUP_NONE ? why : "usable",
		kind == CGROUP_NONE ? "CPU and memory then come from rusage, or are absent" : NULL);
	add(f, "lab", nowhere ? NULL : dir, nowhere ? nowhere->what : "usable",
		nowhere ? nowhere->next : NULL);
	add(f, "user", geteuid() == 0 ? "root" : "ordinary", "usable",
		geteuid() == 0 ? NULL : "engines run in a user namespace");
}

static struct err *print_table(const struct findings *f)
{
	struct table *tb = table_new(term_of(stdout));

	table_column(tb, "what", false, false);
	table_column(tb, "version", false, true);
	table_column(tb, "state", false, true);
	table_column(tb, "next", false, true);
	for (size_t i = 0; i < f->count; i++)
		table_row(tb, (const char *const[]){ f->items[i].what, f->items[i].version,
				      f->items[i].state, f->items[i].next });
	return table_print(tb, stdout);
}

static struct err *print_json(const struct findings *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:b, s:o, s:o}", "what",
						    json_bytes(f->items[i].what), "version",
						    json_bytes(f->items[i].version), "usable",
						    strcmp(f->items[i].state, "usable") == 0, "state",
						    json_bytes(f->items[i].state), "next",
						    json_bytes(f->items[i].next)));
	return json_print(list, stdout);
}

static struct err *doctor_main(int argc, char **argv)
{
	_cleanup_(findings_done) struct findings f = { 0 };
	struct doctor opt = { 0 };

	TRY(opts_parse(&doctor_opts, &opt, argc, argv));
	TRY(look_at_engines(&f));
	look_at_tools(&f);
	look_at_machine(&f);
	TRY(opt.json ? print_json(&f) : print_table(&f));
	if (!f.engine)
		return err_next(err_new(ERR_TOOL, "no engine here can build"),
			"install podman, or docker with its daemon");
	return NULL;
}

const struct command command_doctor = { &doctor_opts, doctor_main };
