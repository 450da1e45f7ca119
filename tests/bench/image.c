/* What inspect and diff cost beside the least that must be done (unpacking or hashing the layers), and
 * beside other tools for the same.
 *
 *   bench-image TARE IMAGE_MAKE.PY [DIR [ROW]]
 *
 * Images are made in DIR (a new one in TMPDIR, which is removed) and kept there for the next time. ROW:
 * only rows that have this in their name. Each figure is of the least that either took in three pairs, run
 * one after the other. A tool that is not on PATH (dive, syft and crane are Go modules) leaves its rows out. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "../must.h"
#include "base/clock.h"
#include "base/file.h"

#define PAIRS	  3
#define ARGS_MOST 8

/* In arguments, %1 and %2 are the row's images; a tool with EACH runs once for each layer of the first. */
#define EACH "%layer"

/* Cold, whatever an earlier pair left in the cache of layers. */
#define INSPECT(source) { "inspect", source, "--json", "--verify" }

/* Whatever it finds is no failure. */
#define DIVE_PASSES "--lowestEfficiency", "0", "--highestUserWastedPercent", "1"

#define CRANE "for i in %1.tar %2.tar; do crane export - - <$i | tar tv | sort >$i.list; done; " \
	"diff %1.tar.list %2.tar.list; rm %1.tar.list %2.tar.list"

static const struct row {
	const char *name, *image[2], *tool[ARGS_MOST], *tare[ARGS_MOST];
	/* at most so many times the tool's; 0: any */
	double cpu, wall, memory;
	int64_t entries; /* memory: 16 MiB, 256 B for each, and the zstd window a worker; 0: any */
	int64_t window_mib;
} rows[] = {
	{ "big, gzip", { "big-gzip" }, { "igzip", "-dc", EACH }, INSPECT("oci:%1"), 1.8, 1.05, 0, 110000, 0 },
	{ "big, zstd", { "big-zstd" }, { "zstd", "-qdc", EACH }, INSPECT("oci:%1"), 1.9, 0, 0, 110000, 32 },
	{ "big, docker-archive", { "big-none" }, { "openssl", "sha256", EACH },
		INSPECT("docker-archive:%1.tar"), 1.3, 0.9, 0, 110000, 0 },
	{ "tiny, gzip", { "tiny-gzip" }, { "igzip", "-dc", EACH }, INSPECT("oci:%1"), 3.2, 0, 0, 300000, 0 },
	{ "big, dive", { "big-none" }, { "dive", "--ci", DIVE_PASSES, "docker-archive://%1.tar" },
		INSPECT("docker-archive:%1.tar"), 0.05, 0, 0, 0, 0 },
	{ "tiny, dive", { "tiny-none" }, { "dive", "--ci", DIVE_PASSES, "docker-archive://%1.tar" },
		INSPECT("docker-archive:%1.tar"), 0.25, 0, 0, 0, 0 },
	{ "slim, dive", { "slim-none" }, { "dive", "--ci", DIVE_PASSES, "docker-archive://%1.tar" },
		INSPECT("docker-archive:%1.tar"), 0, 1.0, 0, 0, 0 },
	{ "big, syft", { "big-gzip" }, { "syft", "scan", "oci-dir:%1", "-o", "json", "-q" },
		INSPECT("oci:%1"), 0.2, 0, 0.1, 0, 0 },
	{ "diff, crane", { "big-none", "edited-none" }, { "sh", "-c", CRANE },
		{ "diff", "docker-archive:%1.tar", "docker-archive:%2.tar", "--json" }, 0.25, 0, 0, 0, 0 },
};

/* What the cache of layers spares: an image, then another or the same again. */
static const struct again {
	const char *name, *layout, *first, *second;
	double most; /* of the first's CPU */
} agains[] = {
	{ "big again", "big-gzip", "latest", "latest", 0.05 },
	{ "tiny again", "tiny-gzip", "latest", "latest", 0.05 },
	{ "edited, 7 of 12 layers", "edited-gzip", "before", "after", 0.12 },
};

struct cost {
	double cpu_s, wall_s;
	long peak_kib;
};

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Run a program with its output left out; adds what it cost. */
static void run(const char *const *argv, struct cost *c)
{
	_cleanup_(freep) char *path = path_find_program(NULL, argv[0]);
	posix_spawn_file_actions_t actions;
	int64_t begin = clock_mono_ns();
	struct rusage usage;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	if (!path || posix_spawn(&pid, path, &actions, NULL, (char *const *)argv, environ) != 0)
		must(err_new(ERR_TOOL, "cannot start %s", argv[0]));
	while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR)
		;
	if (status != 0)
		must(err_new(ERR_TOOL, "%s failed", argv[0]));
	posix_spawn_file_actions_destroy(&actions);
	c->wall_s += (double)(clock_mono_ns() - begin) / 1e9;
	c->cpu_s += seconds(usage.ru_utime) + seconds(usage.ru_stime);
	if (usage.ru_maxrss > c->peak_kib)
		c->peak_kib = usage.ru_maxrss;
}

/* The layers of a layout: all of its blobs that are no JSON. */
static void layers_of(const char *layout, struct strv *out)
{
	_cleanup_(freep) char *blobs = path_join(layout, "blobs/sha256");
	DIR *d = opendir(blobs);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		_cleanup_(freep) char *path = path_join(blobs, e->d_name);
		_cleanup_(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
		char first = '{';

		if (*e->d_name != '.' && read(fd, &first, 1) == 1 && first != '{')
			strv_add(out, path);
	}
	if (d)
		closedir(d);
}

/* Make the image called KIND-PACKING in dir, unless it is there. */
static char *make(const char *script, const char *dir, const char *name)
{
	_cleanup_(strv_done) struct strv parts = STRV_INIT;
	_cleanup_(freep) char *new = path_join(dir, "new"), *new_tar = path_join(dir, "new.tar"),
			      *tar = xasprintf("%s/%s.tar", dir, name);
	char *out = path_join(dir, name);
	struct cost unused = { 0 };

	if (path_exists(out))
		return out;
	strv_split(&parts, name, '-');
	const char *const argv[] = { "python3", script, new, parts.items[0], parts.items[1], NULL };

	/* whole or not at all: a killed one must not pass for it the next time */
	err_free(dir_remove(new));
	unlink(new_tar);
	run(argv, &unused);
	if (path_exists(new_tar) && rename(new_tar, tar) < 0)
		must(err_sys(tar, errno));
	if (rename(new, out) < 0)
		must(err_sys(out, errno));
	return out;
}

/* `template` with its images put in. */
static char *filled(const char *template, char *const *images)
{
	struct str s = STR_INIT;

	for (const char *at = template; *at; at++)
		if (*at == '%')
			str_add(&s, images[*++at - '1']);
		else
			str_addc(&s, *at);
	return str_take(&s);
}

static void run_filled(
	const char *program, const char *const *words, char *const *images, struct cost *c)
{
	_cleanup_(strv_done) struct strv argv = STRV_INIT;

	if (program)
		strv_add(&argv, program);
	for (int i = 0; i < ARGS_MOST && words[i]; i++) {
		_cleanup_(freep) char *word = filled(words[i], images);

		strv_add(&argv, word);
	}
	run((const char *const *)argv.items, c);
}

static void run_tool(const struct row *r, char *const *images, struct cost *c)
{
	_cleanup_(strv_done) struct strv layers = STRV_INIT;

	if (!r->tool[2] || strcmp(r->tool[2], EACH) != 0) {
		run_filled(NULL, r->tool, images, c);
		return;
	}
	layers_of(images[0], &layers);
	for (size_t k = 0; k < layers.count; k++) {
		const char *const argv[] = { r->tool[0], r->tool[1], layers.items[k], NULL };

		run(argv, c);
	}
}

static void keep_least(struct cost *least, const struct cost *now)
{
	if (now->cpu_s < least->cpu_s)
		least->cpu_s = now->cpu_s;
	if (now->wall_s < least->wall_s)
		least->wall_s = now->wall_s;
	if (now->peak_kib > least->peak_kib) /* of memory the most */
		least->peak_kib = now->peak_kib;
}

/* ", WHAT 0.72 x (<= 1.05)"; whether that holds. */
static bool print_ratio(const char *what, double ratio, double most)
{
	printf(", %s %.3g x", what, ratio);
	if (most > 0)
		printf(" (<= %.2f)", most);
	return most == 0 || ratio <= most;
}

static bool print_row(const struct row *r, const struct cost *ours, const struct cost *theirs)
{
	double allowed_mib = 16 + 256.0 * (double)r->entries / (1 << 20) + (double)r->window_mib,
	       peak_mib = (double)ours->peak_kib / 1024;
	bool met = true;

	printf("%-22s %.2f s against %.2f s of %s", r->name, ours->cpu_s, theirs->cpu_s, r->tool[0]);
	met &= print_ratio("CPU", ours->cpu_s / theirs->cpu_s, r->cpu);
	met &= print_ratio("wall", ours->wall_s / theirs->wall_s, r->wall);
	if (r->memory > 0)
		met &= print_ratio("memory", peak_mib * 1024 / (double)theirs->peak_kib, r->memory);
	printf(", %.1f MiB", peak_mib);
	if (r->entries)
		printf(" (<= %.1f)", allowed_mib);
	putchar('\n');
	return met && (!r->entries || peak_mib <= allowed_mib);
}

static bool installed(const struct row *r)
{
	const char *name = strcmp(r->tool[0], "sh") == 0 ? "crane" : r->tool[0];
	_cleanup_(freep) char *path = path_find_program(NULL, name);

	if (!path)
		printf("%-22s not measured: %s is not installed\n", r->name, name);
	return path;
}

static bool measure(const char *tare, const char *script, const char *dir, const struct row *r)
{
	struct cost ours = { .cpu_s = 1e9, .wall_s = 1e9 }, theirs = ours;
	char *images[2] = { NULL };

	if (!installed(r))
		return true;
	for (int i = 0; i < 2 && r->image[i]; i++)
		images[i] = make(script, dir, r->image[i]);
	for (int n = 0; n < PAIRS; n++) {
		struct cost a = { 0 }, b = { 0 };

		run_tool(r, images, &a);
		run_filled(tare, r->tare, images, &b);
		keep_least(&theirs, &a);
		keep_least(&ours, &b);
	}
	free(images[0]);
	free(images[1]);
	return print_row(r, &ours, &theirs);
}

static void inspect(const char *tare, const char *layout, const char *tag, struct cost *least)
{
	_cleanup_(freep) char *image = xasprintf("oci:%s:%s", layout, tag);
	const char *const argv[] = { tare, "inspect", image, "--json", NULL };
	struct cost c = { 0 };

	run(argv, &c);
	keep_least(least, &c);
}

static bool measure_again(const char *tare, const char *script, const char *dir, const struct again *a)
{
	_cleanup_(freep) char *layout = make(script, dir, a->layout), *cache = path_join(dir, "cache");
	struct cost first = { .cpu_s = 1e9, .wall_s = 1e9 }, second = first;
	double ratio;

	setenv("XDG_CACHE_HOME", cache, 1);
	for (int n = 0; n < PAIRS; n++) {
		err_free(dir_remove(cache));
		inspect(tare, layout, a->first, &first);
		inspect(tare, layout, a->second, &second);
	}
	err_free(dir_remove(cache));
	ratio = second.cpu_s / first.cpu_s;
	printf("%-22s CPU %.3f s after %.2f s: %.1f %% (<= %.0f %%)\n", a->name, second.cpu_s,
		first.cpu_s, 100 * ratio, 100 * a->most);
	return ratio <= a->most;
}

static bool wanted(const char *name, const char *row)
{
	return !row || strstr(name, row);
}

int main(int argc, char **argv)
{
	const char *tmp = getenv("TMPDIR"), *row = argc > 4 ? argv[4] : NULL, *dir;
	_cleanup_(freep) char *made = path_join(tmp && *tmp ? tmp : "/tmp", "tare-bench-image-XXXXXX");
	bool met = true;

	if (argc < 3) {
		fputs("usage: bench-image TARE IMAGE_MAKE.PY [DIR [ROW]]\n", stderr);
		return 2;
	}
	dir = argc > 3 ? argv[3] : mkdtemp(made);
	if (!dir)
		must(err_sys(made, errno));
	setvbuf(stdout, NULL, _IOLBF, 0);
	setenv("CI", "true", 1); /* dive asks for it */
	setenv("SYFT_CHECK_FOR_APP_UPDATE", "false", 1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (wanted(rows[i].name, row))
			met &= measure(argv[1], argv[2], dir, &rows[i]);
	for (size_t i = 0; i < ARRAY_SIZE(agains); i++)
		if (wanted(agains[i].name, row))
			met &= measure_again(argv[1], argv[2], dir, &agains[i]);
	if (argc < 4)
		must(dir_remove(dir));
	return met ? 0 : 1;
}
