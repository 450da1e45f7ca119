/* tare inspect: what is in an image. */
#include "base/clock.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "reports/image.h"

struct inspect {
	struct strv args;
	char *platform, *ceiling;
	int64_t top;
	bool json, verify;
};

static const struct opt inspect_table[] = {
	{ OPT_STR, 0, "platform", "P", "of an image for several, as linux/arm64",
		offsetof(struct inspect, platform) },
	{ OPT_INT, 0, "top", "N", "files and directories listed in JSON (200)",
		offsetof(struct inspect, top) },
	{ OPT_STR, 0, "max-unpacked", "SIZE", "what a layer may unpack to (256GiB)",
		offsetof(struct inspect, ceiling) },
	{ OPT_FLAG, 0, "verify", NULL, "read every layer, also those read in earlier runs",
		offsetof(struct inspect, verify) },
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct inspect, json) },
	{ OPT_ARGS, 0, NULL, "IMAGE", NULL, offsetof(struct inspect, args) },
	{ OPT_END },
};

static const struct opts_section inspect_more[] = {
	{ "FIGURES",
		"size         content bytes of all regular files in all layers, sparse\n"
		"             files by their logical size\n"
		"compressed   sum of the layers' sizes in the manifest\n"
		"visible      content bytes of the final tree, each inode once\n"
		"wasted       = size - visible\n"
		"efficiency   = visible / size; absent where size is 0\n\n"
		"Each wasted byte counts once, for the first layer that hides it:\n\n"
		"metadata-only   the same path with the same content: chmod, chown, touch\n"
		"overwritten     the same path with other content, also within one layer\n"
		"deleted         a whiteout, an opaque directory, or another in a parent's place\n\n"
		"The size of a package is that of the visible files it owns, each inode once; never what\n"
		"the package says of itself. A file is its system manager's, else the innermost language\n"
		"package's." },
	{ "DIFFERS FROM DIVE",
		"dive goes by paths: of a path in two layers or more it calls each copy wasted, also the\n"
		"one that is still seen. tare goes by inodes and counts only what is hidden; a file with\n"
		"another name that is still seen is not wasted. Files below a directory that a later\n"
		"layer removed are wasted here and missing in dive's sum. So the two differ on most\n"
		"images, in either direction." },
	{ "FILES",
		"What a layer holds is kept in $XDG_CACHE_HOME/tare/layers, by digests that tare\n"
		"computed, up to 512 MB ($TARE_LAYERS_MAX bytes): a layer of a registry, or of a layout\n"
		"whose file did not change since, is not read again. --verify reads all." },
	{ NULL },
};

static const struct opts inspect_opts = { "inspect", "what is in an image: layers, waste, packages",
	"IMAGE [OPTIONS]",
	"IMAGE is docker-archive:FILE (- is standard input), oci:DIR[:TAG], oci-archive:FILE[:TAG],\n"
	"docker://REF, docker-daemon:REF, podman:REF, or a bare name: a directory, a file, then an\n"
	"image of the daemon, of podman, of a registry. Layers are streamed: nothing is unpacked to\n"
	"disk. size is the content of all regular files in all layers, visible that of the final\n"
	"tree, each inode once; wasted = size - visible; efficiency = visible / size. This differs\n"
	"from dive, which goes by paths, misses files below a removed directory, and calls copies\n"
	"wasted that are still seen.",
	inspect_table, inspect_more };

static void inspect_done(struct inspect *i)
{
	opts_done(&inspect_opts, i);
}

static struct err *inspect_main(int argc, char **argv)
{
	_cleanup_(inspect_done) struct inspect opt = { .top = 200 };
	_cleanup_(image_view_freep) struct image_view *v = NULL;
	_cleanup_(survey_done) struct survey s = { 0 };
	_cleanup_(layer_store_closep) struct layer_store *store = NULL;
	struct image_options o = { 0 };

	TRY(opts_parse(&inspect_opts, &opt, argc, argv));
	if (opt.args.count != 1)
		return err_next(
			err_new(ERR_INPUT, "inspect takes one image, not %zu", opt.args.count),
			"tare inspect IMAGE; tare inspect --help");
	if (opt.ceiling)
		TRY(err_at(bytes_parse(opt.ceiling, &o.ceiling), "--max-unpacked"));
	o.platform = opt.platform;
	o.store = store = opt.verify ? NULL : layer_store_open();
	TRY(image_open(opt.args.items[0], &o, &v));
	survey_read(v, opt.top < 100000 ? (size_t)opt.top : 100000, &s);
	if (opt.json)
		return json_print(report_image_json(v, &s), stdout);
	return report_image_table(v, &s, stdout, term_of(stdout));
}

const struct command command_inspect = { &inspect_opts, inspect_main };
