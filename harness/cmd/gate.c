/* tare gate: may this image take that one's place? */
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "reports/gate.h"
#include "scenario/scenario.h"

struct gate_opt {
	struct strv args, max;
	char *image, *against, *platform, *ceiling;
	bool json, md, verify;
};

static const struct opt gate_table[] = {
	{ OPT_STR, 0, "image", "NEW", "the image that is judged", offsetof(struct gate_opt, image) },
	{ OPT_STR, 0, "against-image", "OLD", "the one that it is judged by",
		offsetof(struct gate_opt, against) },
	{ OPT_STRS, 0, "max", "METRIC=LIMIT", "what is allowed, as image.size=+1% (may repeat)",
		offsetof(struct gate_opt, max) },
	{ OPT_STR, 0, "platform", "P", "of images for several, as linux/arm64",
		offsetof(struct gate_opt, platform) },
	{ OPT_STR, 0, "max-unpacked", "SIZE", "what a layer may unpack to (256GiB)",
		offsetof(struct gate_opt, ceiling) },
	{ OPT_FLAG, 0, "verify", NULL, "read every layer and compare every digest",
		offsetof(struct gate_opt, verify) },
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct gate_opt, json) },
	{ OPT_FLAG, 0, "md", NULL, "print Markdown, for a CI job's summary",
		offsetof(struct gate_opt, md) },
	{ OPT_ARGS, 0, NULL, "DIR|SCENARIO", NULL, offsetof(struct gate_opt, args) },
	{ OPT_END },
};

static const struct opts gate_opts = { "gate", "may a new image take an old one's place?",
	"--image NEW [--against-image OLD] [DIR|SCENARIO] [OPTIONS]",
	"Images are named as tare inspect takes them; no engine, lab or root is needed. A limit is\n"
	"+1% or +5MB above OLD, 120MB or 0 whatever OLD has, or none; MB is 10^6 bytes, MiB 2^20.\n"
	"Of image.efficiency, of which more is better, it is the least: 0.95, or -1% below OLD.\n"
	"Metrics: image.size, image.compressed, image.visible, image.wasted, image.efficiency,\n"
	"image.layers, image.files, image.packages, image.setuid, image.root_user, image.shell,\n"
	"image.ca_bundle, pull.delta. Limits are those of --max, then of the key \"limits\" of DIR's\n"
	"scenario.json (this directory's, where it has one), then image.size=+1%, image.setuid=+0\n"
	"and image.root_user=+0. Without OLD, as on a first run, only absolute limits decide.\n"
	"Exit code 1: a limit is exceeded; 7: NEW lacks a metric that has a limit.",
	gate_table };

static void gate_opt_done(struct gate_opt *o)
{
	opts_done(&gate_opts, o);
}

/* The limits that hold, one a metric: the first one set stays. */
struct limits {
	struct gate_limit *items;
	size_t count, room;
};

static void limits_done(struct limits *l)
{
	free(l->items);
}

static void limits_add(struct limits *to, const struct limit *l, const char *from)
{
	for (size_t i = 0; i < to->count; i++)
		if (to->items[i].limit.metric == l->metric)
			return;
	*GROW(to->items, to->count, to->room) = (struct gate_limit){ *l, from };
}

/* The last --max of a metric, as of any option. */
static bool is_last(const struct strv *max, size_t i)
{
	size_t n = strcspn(max->items[i], "=") + 1;

	for (size_t k = i + 1; k < max->count; k++)
		if (strncmp(max->items[i], max->items[k], n) == 0)
			return false;
	return true;
}

static struct err *limits_of_options(const struct strv *max, struct limits *to)
{
	for (size_t i = 0; i < max->count; i++) {
		struct limit l;

		TRY(err_at(limit_option(max->items[i], &l), "--max"));
		if (!gate_has(l.metric))
			return err_next(err_at(err_new(ERR_INPUT, "an image has no %s",
						       metric_table[l.metric].name),
						"--max %s", max->items[i]),
				"one of the metrics that tare gate --help lists");
		if (is_last(max, i))
			limits_add(to, &l, "--max");
	}
	return NULL;
}

static struct err *limits_of_scenario(const struct strv *args, struct limits *to)
{
	_cleanup_(scenario_freep) struct scenario *s = NULL;

	if (args->count > 1)
		return err_next(
			err_new(ERR_INPUT, "gate takes one scenario, not %zu", args->count),
			"images are named by --image and --against-image");
	if (!args->count && !path_exists("scenario.json"))
		return NULL;
	TRY(scenario_load(args->count ? args->items[0] : ".", NULL, &s));
	/* those of times are for gates that build */
	for (size_t i = 0; i < s->limit_count; i++)
		if (gate_has(s->limits[i].metric))
			limits_add(to, &s->limits[i], "scenario.json");
	return NULL;
}

static struct err *limits_read_all(const struct gate_opt *opt, struct limits *to)
{
	static const struct limit defaults[] = {
		{ M_IMAGE_SIZE, LIMIT_RATIO, 0.01 },
		{ M_IMAGE_SETUID, LIMIT_DELTA, 0 },
		{ M_IMAGE_ROOT_USER, LIMIT_DELTA, 0 },
	};

	TRY(limits_of_options(&opt->max, to));
	TRY(limits_of_scenario(&opt->args, to));
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
		limits_add(to, &defaults[i], "default");
	return NULL;
}

static struct err *print(const struct gate_opt *opt, const struct gate *g)
{
	if (opt->json)
		return json_print(report_gate_json(g), stdout);
	return opt->md ? report_gate_markdown(g, stdout)
		       : report_gate_table(g, stdout, term_of(stdout));
}

/* The first row that is so. */
static const struct gate_row *first(const struct gate *g, bool exceeded)
{
	const struct gate_row *r = g->rows;

	while (!(exceeded ? r->exceeded : r->unanswered))
		r++;
	return r;
}

static struct err *decide(const struct gate *g)
{
	_cleanup_(str_done) struct str limit = STR_INIT;
	const struct gate_row *r;

	if (g->unanswered) {
		r = first(g, false);
		return err_next(err_new(ERR_CHECK, "no answer: the image has no %s: %s",
					metric_table[r->metric].name,
					g->values_new.absent[r->metric]),
			"--max %s=none leaves it out", metric_table[r->metric].name);
	}
	if (!g->exceeded)
		return NULL;
	r = first(g, true);
	limit_show(&limit, &r->limit->limit);
	return err_next(err_new(ERR_REGRESSION, "%s is over its limit of %s%s",
				metric_table[r->metric].name, str_get(&limit),
				g->exceeded > 1 ? ", and it is not the only one" : ""),
		"undo what is behind it, or allow it with --max %s=LIMIT",
		metric_table[r->metric].name);
}

/* Both images, what is shared read once; *old is NULL where there is none. */
static struct err *open_both(const struct gate_opt *opt, struct image_options *o,
	struct image_view **new, struct image_view **old)
{
	_cleanup_(layer_store_closep) struct layer_store *store = NULL;

	if (opt->ceiling)
		TRY(err_at(bytes_parse(opt->ceiling, &o->ceiling), "--max-unpacked"));
	o->platform = opt->platform;
	o->unhashed = !opt->verify;
	o->store = store = opt->verify ? NULL : layer_store_open();
	if (opt->against)
		TRY(err_next(image_open(opt->against, o, old),
			"on a first run leave --against-image out: only absolute limits decide"));
	return image_open(opt->image, o, new);
}

static struct err *gate_main(int argc, char **argv)
{
	_cleanup_(gate_opt_done) struct gate_opt opt = { 0 };
	_cleanup_(image_view_freep) struct image_view *new = NULL, *old = NULL;
	_cleanup_(image_cache_freep) struct image_cache *cache = image_cache_new();
	_cleanup_(comparison_done) struct comparison c = { 0 };
	_cleanup_(limits_done) struct limits limits = { 0 };
	_cleanup_(gate_done) struct gate g = { 0 };
	struct image_options o = { .cache = cache };

	TRY(opts_parse(&gate_opts, &opt, argc, argv));
	if (!opt.image)
		return err_next(err_new(ERR_INPUT, "no image is named"),
			"tare gate --image NEW --against-image OLD; tare gate --help");
	TRY(limits_read_all(&opt, &limits));
	TRY(open_both(&opt, &o, &new, &old));
	if (old)
		compare_images(old, new, SURVEY_MOST, &c);
	gate_decide(&g, old ? &c : NULL, new, limits.items, limits.count);
	TRY(print(&opt, &g));
	return decide(&g);
}

const struct command command_gate = { &gate_opts, gate_main };
