/* What inspect and diff cost beside the least that must be done: unpacking or hashing the layers.
 *
 *   bench-image TARE IMAGE_MAKE.PY [DIR]
 *
 * Images are made in DIR (a new one in TMPDIR, which is removed) and kept there for the next time.
 * Each figure is of the quickest of three pairs, run one after the other. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "../must.h"
#include "base/clock.h"
#include "base/file.h"

#define PAIRS	   3
#define AGAIN_MOST 0.05
#define AFTER_MOST 0.12

static const struct {
	const char *name, *kind, *packing, *source, *tool[3];
	double cpu, wall; /* at most so many times the tool's; of wall 0: any */
	int64_t entries; /* memory: 16 MiB and 256 B for each */
} rows[] = {
	{ "big, gzip", "big", "gzip", "oci:%s", { "igzip", "-dc" }, 1.8, 1.05, 110000 },
	{ "big, zstd", "big", "zstd", "oci:%s", { "zstd", "-qdc" }, 1.9, 0, 110000 },
	{ "big, docker-archive", "big", "none", "docker-archive:%s.tar", { "openssl", "sha256" },
		1.3, 0.9, 110000 },
	{ "300,000 tiny files", "tiny", "gzip", "oci:%s", { "igzip", "-dc" }, 3.2, 0, 300000 },
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

static char *make(const char *script, const char *dir, const char *kind, const char *packing)
{
	char *out = xasprintf("%s/%s-%s", dir, kind, packing);
	const char *const argv[] = { "python3", script, out, kind, packing, NULL };
	struct cost unused = { 0 };

	if (!path_exists(out))
		run(argv, &unused);
	return out;
}

/* One pair: the tool on each layer, then tare. */
static void pair(
	const char *tare, const char *layout, size_t i, struct cost *ours, struct cost *theirs)
{
	_cleanup_(strv_done) struct strv layers = STRV_INIT;
	_cleanup_(str_done) struct str image = STR_INIT;

	*ours = *theirs = (struct cost){ 0 };
	layers_of(layout, &layers);
	for (size_t k = 0; k < layers.count; k++) {
		const char *const argv[] = { rows[i].tool[0], rows[i].tool[1], layers.items[k],
			NULL };

		run(argv, theirs);
	}
	for (const char *at = rows[i].source; *at; at++)
		if (at[0] == '%' && at[1] == 's')
			str_add(&image, layout);
		else if (at == rows[i].source || at[-1] != '%')
			str_addc(&image, *at);

	/* cold, whatever an earlier pair left in the cache of layers */
	const char *const argv[] = { tare, "inspect", str_get(&image), "--json", "--verify", NULL };

	run(argv, ours);
}

static double inspect(const char *tare, const char *layout)
{
	_cleanup_(freep) char *image = xasprintf("oci:%s", layout);
	const char *const argv[] = { tare, "inspect", image, "--json", NULL };
	struct cost c = { 0 };

	run(argv, &c);
	return c.cpu_s;
}

/* What the cache of layers spares: an image again, and one with 7 of its 12 layers. */
static bool measure_again(const char *tare, const char *script, const char *dir)
{
	_cleanup_(freep) char *big = make(script, dir, "big", "gzip"),
			      *edited = make(script, dir, "edited", "gzip"),
			      *cache = path_join(dir, "cache");
	double again = 1e9, after = 1e9;

	setenv("XDG_CACHE_HOME", cache, 1);
	for (int n = 0; n < PAIRS; n++) {
		double cold, same, other;

		err_free(dir_remove(cache));
		cold = inspect(tare, big);
		same = inspect(tare, big);
		other = inspect(tare, edited);
		again = same / cold < again ? same / cold : again;
		after = other / cold < after ? other / cold : after;
	}
	err_free(dir_remove(cache));
	printf("%-20s CPU %.1f %% of cold (<= %.0f %%), after an edit %.1f %% (<= %.0f %%)\n",
		"big, again", 100 * again, 100 * AGAIN_MOST, 100 * after, 100 * AFTER_MOST);
	return again <= AGAIN_MOST && after <= AFTER_MOST;
}

static bool measure(const char *tare, const char *script, const char *dir, size_t i)
{
	_cleanup_(freep) char *layout = make(script, dir, rows[i].kind, rows[i].packing);
	double cpu = 1e9, wall = 1e9, allowed = 16 * 1024 + 256.0 * (double)rows[i].entries / 1024;
	struct cost ours, theirs;

	for (int n = 0; n < PAIRS; n++) {
		pair(tare, layout, i, &ours, &theirs);
		if (ours.cpu_s / theirs.cpu_s < cpu)
			cpu = ours.cpu_s / theirs.cpu_s;
		if (ours.wall_s / theirs.wall_s < wall)
			wall = ours.wall_s / theirs.wall_s;
	}
	printf("%-20s CPU %.2f x %s (<= %.1f), wall %.2f x, peak %.1f MiB (<= %.1f)\n",
		rows[i].name, cpu, rows[i].tool[0], rows[i].cpu, wall, (double)ours.peak_kib / 1024,
		allowed / 1024);
	return cpu <= rows[i].cpu && (rows[i].wall == 0 || wall <= rows[i].wall) &&
	       (double)ours.peak_kib <= allowed;
}

int main(int argc, char **argv)
{
	char made[] = "/tmp/tare-bench-image-XXXXXX";
	const char *dir = argc > 3 ? argv[3] : mkdtemp(made);
	bool met = true;

	if (argc < 3 || !dir) {
		fputs("usage: bench-image TARE IMAGE_MAKE.PY [DIR]\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		met &= measure(argv[1], argv[2], dir, i);
	met &= measure_again(argv[1], argv[2], dir);
	if (argc < 4)
		must(dir_remove(dir));
	return met ? 0 : 1;
}
