/* tare diff: what changed from one image to another. */
#include "base/clock.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "reports/image.h"

struct diff {
	struct strv args;
	char *platform, *ceiling;
	int64_t top;
	bool json, md, verify;
};

static const struct opt diff_table[] = {
	{ OPT_STR, 0, "platform", "P", "of images for several, as linux/arm64",
		offsetof(struct diff, platform) },
	{ OPT_INT, 0, "top", "N", "differences listed in JSON (1000)", offsetof(struct diff, top) },
	{ OPT_STR, 0, "max-unpacked", "SIZE", "what a layer may unpack to (256GiB)",
		offsetof(struct diff, ceiling) },
	{ OPT_FLAG, 0, "verify", NULL, "read every layer and compare every digest",
		offsetof(struct diff, verify) },
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct diff, json) },
	{ OPT_FLAG, 0, "md", NULL, "print Markdown", offsetof(struct diff, md) },
	{ OPT_ARGS, 0, NULL, "IMAGE", NULL, offsetof(struct diff, args) },
	{ OPT_END },
};

static const struct opts diff_opts = { "diff", "what changed from one image to another",
	"A B [OPTIONS]",
	"A and B are images as tare inspect takes them. Files are compared by a hash of their\n"
	"contents, by type, mode and owner; a time that alone differs is only counted. What is\n"
	"shared is told by layer, and what a client that has A must pull to have B. That an\n"
	"archive's layers have the digests it says is compared with --verify only.",
	diff_table };

static void diff_done(struct diff *d)
{
	opts_done(&diff_opts, d);
}

static struct err *print(const struct diff *opt, const struct comparison *c)
{
	if (opt->json)
		return json_print(report_diff_json(c), stdout);
	return opt->md ? report_diff_markdown(c, stdout)
		       : report_diff_table(c, stdout, term_of(stdout));
}

static struct err *diff_main(int argc, char **argv)
{
	_cleanup_(diff_done) struct diff opt = { .top = 1000 };
	_cleanup_(image_view_freep) struct image_view *a = NULL, *b = NULL;
	_cleanup_(image_cache_freep) struct image_cache *cache = image_cache_new();
	_cleanup_(comparison_done) struct comparison c = { 0 };
	/* what both have is read once */
	struct image_options o = { .cache = cache };
	_cleanup_(layer_store_closep) struct layer_store *store = NULL;

	TRY(opts_parse(&diff_opts, &opt, argc, argv));
	if (opt.args.count != 2)
		return err_next(
			err_new(ERR_INPUT, "diff takes two images, not %zu", opt.args.count),
			"tare diff A B; tare diff --help");
	if (opt.ceiling)
		TRY(err_at(bytes_parse(opt.ceiling, &o.ceiling), "--max-unpacked"));
	o.platform = opt.platform;
	o.unhashed = !opt.verify;
	o.store = store = opt.verify ? NULL : layer_store_open();
	TRY(image_open(opt.args.items[0], &o, &a));
	TRY(image_open(opt.args.items[1], &o, &b));
	compare_images(a, b, opt.top < 100000 ? (size_t)opt.top : 100000, &c);
	return print(&opt, &c);
}

const struct command command_diff = { &diff_opts, diff_main };
