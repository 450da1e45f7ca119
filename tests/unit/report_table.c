/* reports/: what a user sees of a run on a terminal, character for character. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>

#include "report_fixture.h"
#include "reports/reports.h"

static void tell_first(struct tale *t)
{
	tale_first_run(t, 3);
}

static void tell_matrix(struct tale *t)
{
	tale_matrix(t, 6);
}

static void tell_few(struct tale *t)
{
	tale_matrix(t, 3);
}

/* The table of a told run, as a terminal of this kind shows it. */
static char *shown(void (*tell)(struct tale *), struct term term, bool ended)
{
	struct tale t;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	tale_open(&t);
	setenv("HOME", t.dir, 1);
	tell(&t);
	if (ended)
		tale_end(&t);
	must(report_run_table(t.st, t.run, f, term));
	fclose(f);
	tale_done(&t);
	return text;
}

static void same(const char *name, const char *is, const char *should)
{
	if (!str_eq(is, should))
		fail_msg("%s: is\n%s\nand should be\n%s", name, is, should);
}

static const struct {
	const char *name;
	void (*tell)(struct tale *t);
	struct term term;
	const char *text;
} tables[] = {
	{ "a first run, 80 columns", tell_first, { .width = 80, .utf8 = true },
		" shop, output image, n = 3\n"
		" engine  cache  edit      time      range  steps  registry  image.size      gain\n"
		" docker  none   cold    48.2 s  46.9–49.5  0/4      181 MB      212 MB       –\n"
		"         store  none     0.6 s   0.5– 0.7  4/4        0 MB      212 MB  47.6 s\n"
		"                source  41.9 s  41.2–42.6  1/4 ¹      0 MB      212 MB   6.3 s ²\n"
		" podman  none   cold    53.0 s  51.7–54.3  0/4      181 MB      212 MB       –\n"
		"         store  none     1.1 s   1.0– 1.2  4/4        0 MB      212 MB  51.9 s\n"
		"                source  44.7 s  44.0–45.4  1/4 ¹      0 MB      212 MB   8.3 s ²\n"
		" ¹ line 4 COPY . . takes in the source before line 5 RUN pip install -r\n"
		"   requirements.txt (39.8–42.5 s)\n"
		" ² against the cold build without an edit: none with this edit ran\n"
		"\n"
		" docker 28.2 (overlay2, network host); podman 4.3.1 (rootless)\n"
		"\n"
		"A source edit costs 41.9 s (range 41.2–42.6) on docker and 44.7 s (range\n"
		"44.0–45.4) on podman although no dependency changed: 39.8 s and 42.5 s of it is\n"
		"line 5 (RUN pip install -r requirements.txt), which runs again after line 4\n"
		"(COPY . .). If line 5 does not need all of it, copy what it needs first.\n"
		"Saved as run 5c1f02 in ~/tare.db.  Page: tare report --html shop.html\n" },
	{ "cache modes, 80 columns", tell_matrix, { .width = 80, .utf8 = true },
		" shop, deps edit, output push, n = 6\n"
		" engine  cache           time       95 %  steps  registry    gain  pays after\n"
		" docker  none (cold)   48.4 s  47.3–49.5  0/4    181.0 MB       –           –\n"
		"         store          9.4 s   9.2– 9.7  2/4 ¹    2.1 MB  39.0 s     1 build\n"
		"         local:max     15.9 s  15.3–16.6  2/4 ¹    2.1 MB  32.5 s     1 build\n"
		"         registry:max  15.0 s  14.4–15.6  2/4 ¹   63.0 MB  33.4 s     1 build\n"
		"         registry:min  48.1 s  45.6–50.6  0/4 ²  121.0 MB   0.3 s         tie\n"
		"         inline        48.3 s  45.8–50.8  0/4 ²  121.0 MB   0.1 s         tie\n"
		" podman  none (cold)   53.3 s  51.7–55.0  0/4    181.0 MB       –           –\n"
		"         registry ³    21.9 s  21.0–22.7  2/4 ¹   97.0 MB  31.5 s    2 builds\n"
		"         local, inline  unsupported: podman exports a cache to a registry only\n"
		" ¹ line 5 RUN pip install -r requirements.txt is the first that ran and is\n"
		"   itself the longest (8.9–20.6 s)\n"
		" ² not exported: min and inline keep only the final stage's layers\n"
		" ³ its cache is one repository, a tag a layer, that a priming build and its\n"
		"   samples share; what a sample adds is taken away after it\n"
		"\n"
		" docker 28.2 (overlay2, network host); podman 4.3.1 (rootless)\n"
		"\n"
		"docker: on a fresh runner registry:max answers a dependency change in 15.0 s\n"
		"instead of 48.4 s (3.2 ×, 95 %: 3.2–3.3), 4.17 s of it the cache export.\n"
		"registry:min and inline tie with the cold build. A runner that keeps its store\n"
		"would save 5.57 s more.\n"
		"podman: on a fresh runner registry answers a dependency change in 21.9 s instead\n"
		"of 53.3 s (2.4 ×, 95 %: 2.4–2.5), 6.08 s of it the cache export.\n"
		"Saved as run 5c1f02 in ~/tare.db.  Page: tare report --html shop.html\n" },
	{ "cache modes, 200 columns on a terminal", tell_matrix,
		{ .width = 200, .tty = true, .utf8 = true },
		" shop, deps edit, output push, n = 6\n"
		" engine  cache         n    time       95 %                    steps  registry  image.size    gain  pays after     cpu  mem.peak  execute  cache export\n"
		" docker  none (cold)   6  48.4 s  47.3–49.5  ██████████████▌   0/4    181.0 MB      212 MB       –           –  24.1 s    320 MB   33.7 s             –\n"
		"         store         6   9.4 s   9.2– 9.7  ██▉               2/4 ¹    2.1 MB      212 MB  39.0 s     1 build   4.7 s    320 MB    6.6 s             –\n"
		"         local:max     6  15.9 s  15.3–16.6  ████▊             2/4 ¹    2.1 MB      212 MB  32.5 s     1 build   7.9 s    320 MB   11.1 s             –\n"
		"         registry:max  6  15.0 s  14.4–15.6  ████▌             2/4 ¹   63.0 MB      212 MB  33.4 s     1 build   7.5 s    320 MB   10.4 s         4.2 s\n"
		"         registry:min  6  48.1 s  45.6–50.6  ██████████████▍   0/4 ²  121.0 MB      212 MB   0.3 s         tie  23.8 s    320 MB   33.3 s             –\n"
		"         inline        6  48.3 s  45.8–50.8  ██████████████▌   0/4 ²  121.0 MB      212 MB   0.1 s         tie  23.9 s    320 MB   33.5 s             –\n"
		" podman  none (cold)   6  53.3 s  51.7–55.0  ████████████████  0/4    181.0 MB      212 MB       –           –  26.5 s    320 MB   37.1 s             –\n"
		"         registry ³    6  21.9 s  21.0–22.7  ██████▌           2/4 ¹   97.0 MB      212 MB  31.5 s    2 builds  10.8 s    320 MB   15.2 s         6.1 s\n"
		"         local, inline  unsupported: podman exports a cache to a registry only\n"
		" ¹ line 5 RUN pip install -r requirements.txt is the first that ran and is itself the longest (8.9–20.6 s)\n"
		" ² not exported: min and inline keep only the final stage's layers\n"
		" ³ its cache is one repository, a tag a layer, that a priming build and its samples share; what a sample adds is taken away after it\n"
		"\n"
		" docker 28.2 (overlay2, network host); podman 4.3.1 (rootless)\n"
		"\n"
		"docker: on a fresh runner registry:max answers a dependency change in 15.0 s instead of 48.4 s\n"
		"(3.2 ×, 95 %: 3.2–3.3), 4.17 s of it the cache export. registry:min and inline tie with the cold\n"
		"build. A runner that keeps its store would save 5.57 s more.\n"
		"podman: on a fresh runner registry answers a dependency change in 21.9 s instead of 53.3 s (2.4 ×,\n"
		"95 %: 2.4–2.5), 6.08 s of it the cache export.\n"
		"Saved as run 5c1f02 in ~/tare.db.  Page: tare report --html shop.html\n" },
	{ "cache modes without UTF-8", tell_matrix, { .width = 80 },
		" shop, deps edit, output push, n = 6\n"
		" engine  cache           time       95 %    steps  registry    gain  pays after\n"
		" docker  none (cold)   48.4 s  47.3-49.5  0/4      181.0 MB       -           -\n"
		"         store          9.4 s   9.2- 9.7  2/4 [1]    2.1 MB  39.0 s     1 build\n"
		"         local:max     15.9 s  15.3-16.6  2/4 [1]    2.1 MB  32.5 s     1 build\n"
		"         registry:max  15.0 s  14.4-15.6  2/4 [1]   63.0 MB  33.4 s     1 build\n"
		"         registry:min  48.1 s  45.6-50.6  0/4 [2]  121.0 MB   0.3 s         tie\n"
		"         inline        48.3 s  45.8-50.8  0/4 [2]  121.0 MB   0.1 s         tie\n"
		" podman  none (cold)   53.3 s  51.7-55.0  0/4      181.0 MB       -           -\n"
		"         registry [3]  21.9 s  21.0-22.7  2/4 [1]   97.0 MB  31.5 s    2 builds\n"
		"         local, inline  unsupported: podman exports a cache to a registry only\n"
		" [1] line 5 RUN pip install -r requirements.txt is the first that ran and is\n"
		"   itself the longest (8.9-20.6 s)\n"
		" [2] not exported: min and inline keep only the final stage's layers\n"
		" [3] its cache is one repository, a tag a layer, that a priming build and its\n"
		"   samples share; what a sample adds is taken away after it\n"
		"\n"
		" docker 28.2 (overlay2, network host); podman 4.3.1 (rootless)\n"
		"\n"
		"docker: on a fresh runner registry:max answers a dependency change in 15.0 s\n"
		"instead of 48.4 s (3.2 x, 95 %: 3.2-3.3), 4.17 s of it the cache export.\n"
		"registry:min and inline tie with the cold build. A runner that keeps its store\n"
		"would save 5.57 s more.\n"
		"podman: on a fresh runner registry answers a dependency change in 21.9 s instead\n"
		"of 53.3 s (2.4 x, 95 %: 2.4-2.5), 6.08 s of it the cache export.\n"
		"Saved as run 5c1f02 in ~/tare.db.  Page: tare report --html shop.html\n" },
	{ "cache modes, too few samples for a verdict", tell_few, { .width = 80, .utf8 = true },
		" shop, deps edit, output push, n = 3\n"
		" engine  cache           time      range  steps  registry    gain  pays after\n"
		" docker  none (cold)   48.2 s  46.9–49.5  0/4    181.0 MB       –           –\n"
		"         store          9.4 s   9.1– 9.7  2/4 ¹    2.1 MB  38.8 s     1 build\n"
		"         local:max     15.8 s  15.0–16.6  2/4 ¹    2.1 MB  32.4 s     1 build\n"
		"         registry:max  14.9 s  14.2–15.6  2/4 ¹   63.0 MB  33.3 s     1 build\n"
		"         registry:min  47.6 s  44.6–50.6  0/4 ²  121.0 MB   0.6 s           –\n"
		"         inline        47.8 s  44.8–50.8  0/4 ²  121.0 MB   0.4 s           –\n"
		" podman  none (cold)   53.0 s  51.0–55.0  0/4    181.0 MB       –           –\n"
		"         registry ³    21.7 s  20.7–22.7  2/4 ¹   97.0 MB  31.3 s    2 builds\n"
		"         local, inline  unsupported: podman exports a cache to a registry only\n"
		" ¹ line 5 RUN pip install -r requirements.txt is the first that ran and is\n"
		"   itself the longest (8.9–20.6 s)\n"
		" ² not exported: min and inline keep only the final stage's layers\n"
		" ³ its cache is one repository, a tag a layer, that a priming build and its\n"
		"   samples share; what a sample adds is taken away after it\n"
		"\n"
		" docker 28.2 (overlay2, network host); podman 4.3.1 (rootless)\n"
		"\n"
		"docker: on a fresh runner registry:max answers a dependency change in 14.9 s\n"
		"instead of 48.2 s (3.2 ×, range 3.2–3.3), 4.17 s of it the cache export. A\n"
		"runner that keeps its store would save 5.50 s more. No verdict below n = 6.\n"
		"podman: on a fresh runner registry answers a dependency change in 21.7 s instead\n"
		"of 53.0 s (2.4 ×, range 2.4–2.5), 6.08 s of it the cache export. No verdict\n"
		"below n = 6.\n"
		"Saved as run 5c1f02 in ~/tare.db.  Page: tare report --html shop.html\n" },
	{ "faults, 80 columns", tale_faults, { .width = 80, .utf8 = true },
		" shop, deps edit, output push, n = 6\n"
		" engine  cache             time         95 %  steps  registry    gain\n"
		" docker  none (cold)     48.4 s  47.3–49.5    0/4      181 MB       –\n"
		"         store         > 30 min          – ¹  2/4 ²         –       –\n"
		"         local:max       18.5 s     ≥ 16.0 ³  2/4 ²         –       –\n"
		"         registry:max      void          – ⁴    –           –       –\n"
		"         registry:min    failed          – ⁵    –           –       –\n"
		"         inline          22.5 s  20.0–25.0 ⁶  2/4 ²         –  25.9 s\n"
		" podman  local  unsupported: podman exports a cache to a registry only\n"
		"         registry  unsupported: =cmd|'/C calc'!A1\n"
		"             \\x1b[31m<script>alert(1)</script> \\u202e`id` \"q\" \\xff $x @m\n"
		" ¹ 4 of 6 builds ended at the time limit (> 30 min): they rank above all others\n"
		" ² line 5 RUN pip install -r requirements.txt is the first that ran and is\n"
		"   itself the longest (4.7–11.0 s)\n"
		" ³ 1 of 6 builds ended at the time limit (> 30 min): they rank above all others\n"
		" ⁴ void in 6 of 6 samples: the cache that should be imported was not\n"
		" ⁵ 6 of 6 builds failed: the build ended with exit code 1 =cmd|'/C calc'!A1\n"
		"   \\x1b[31m<script>alert(1)</script> \\u202e`id` \"q\" \\xff $x @m\n"
		" ⁶ finding in 2 of 6 samples: a step ran although nothing it reads had changed\n"
		"\n"
		" docker 28.2 (overlay2, network host); podman 4.3.1 (rootless)\n"
		" 6 of 36 samples are void and take no part: the cache that should be imported\n"
		"   was not\n"
		"   at    docker, registry:max, deps edit, timed build 5c1f02/8: HTTP 429 from\n"
		"         the lab's registry\n"
		"\n"
		"docker: on a fresh runner inline answers a dependency change in 22.5 s instead\n"
		"of 48.4 s (2.2 ×, 95 %: 2.0–2.4).\n"
		"Saved as run 5c1f02 in ~/tare.db.  Page: tare report --html shop.html\n" },
	{ "modes that lose and tie, a prime that failed", tale_losers,
		{ .width = 80, .utf8 = true },
		" shop, deps edit, output push, n = 6\n"
		" engine  cache            time         95 %  steps  registry    gain  pays after\n"
		" docker  none (cold)    20.1 s  19.7–20.4    0/4      1.0 MB       –           –\n"
		"         store          26.1 s  25.7–26.4    2/4 ¹    1.0 MB  -6.0 s       never\n"
		"         local:max      10.1 s   9.6–10.6    2/4 ¹    1.0 MB  10.0 s     1 build\n"
		"         registry:max    9.9 s   9.4–10.4    2/4 ¹    1.0 MB  10.2 s     1 build\n"
		"         registry:min   25.1 s  24.7–25.4    2/4 ¹    1.0 MB  -5.0 s       never\n"
		"         inline (cold)       –          – ²    –           –       –           –\n"
		" ¹ line 5 RUN pip install -r requirements.txt is the first that ran and is\n"
		"   itself the longest (9.5–24.7 s)\n"
		" ² 1 of 1 priming builds failed: the build ended with exit code 7\n"
		"\n"
		" docker 28.2 (overlay2, network host); podman 4.3.1 (rootless)\n"
		"\n"
		"docker: on a fresh runner registry:max answers a dependency change in 9.90 s\n"
		"instead of 20.1 s (2.0 ×, 95 %: 1.9–2.2). local:max ties with it. registry:min\n"
		"is slower than the cold build. A runner that keeps its store would be slower.\n"
		"Saved as run 5c1f02 in ~/tare.db.  Page: tare report --html shop.html\n" },
	{ "rival variants", tale_rivals, { .width = 80, .utf8 = true },
		" shop/copy-all, source edit, output image, n = 6\n"
		" engine  cache  n    time       95 %  steps  registry  image.size     cpu\n"
		" docker  store  6  44.0 s  43.9–44.2  1/4 ¹       0 B      214 MB  22.0 s\n"
		" podman  store  6  44.0 s  43.9–44.2  1/4 ¹       0 B      214 MB  22.0 s\n"
		" ¹ line 4 COPY . . takes in the source before line 5 RUN pip install -r\n"
		"   requirements.txt (41.8 s)\n"
		"\n"
		" shop/manifest-first, source edit, output image, n = 6\n"
		" engine  cache  n    time       95 %  steps  registry  image.size     cpu\n"
		" docker  store  6   2.0 s   1.8– 2.1  3/4 ¹       0 B      214 MB   1.0 s\n"
		" podman  store  6  44.0 s  43.8–44.1  1/4 ²       0 B      214 MB  22.0 s\n"
		" ¹ line 6 RUN python -m compileall . is the first that ran and is itself the\n"
		"   longest (1.4 s)\n"
		" ² line 4 COPY . . takes in the source before line 5 RUN pip install -r\n"
		"   requirements.txt (41.8 s)\n"
		"\n"
		" docker 28.2 (overlay2, network host); podman 4.3.1 (rootless)\n"
		"\n"
		"docker, store, after a source edit: manifest-first takes 1.97 s where copy-all\n"
		"takes 44.0 s (22.4 ×, 95 %: 20.6–24.6).\n"
		"podman, store, after a source edit: manifest-first takes 44.0 s where copy-all\n"
		"takes 44.0 s: a tie (1.00 ×, 95 %: 0.99–1.01).\n"
		"shop/copy-all, output image – A source edit costs 44.0 s (95 %: 43.9–44.2) on\n"
		"docker and 44.0 s (95 %: 43.9–44.2) on podman although no dependency changed:\n"
		"41.8 s and 41.8 s of it is line 5 (RUN pip install -r requirements.txt), which\n"
		"runs again after line 4 (COPY . .). If line 5 does not need all of it, copy what\n"
		"it needs first.\n"
		"shop/manifest-first, output image – A source edit costs 2.0 s (95 %: 1.8–2.1) on\n"
		"docker.\n"
		"shop/manifest-first, output image – A source edit costs 44.0 s (95 %: 43.8–44.1)\n"
		"on podman although no dependency changed: 41.8 s of it is line 5 (RUN pip\n"
		"install -r requirements.txt), which runs again after line 4 (COPY . .). If line\n"
		"5 does not need all of it, copy what it needs first.\n"
		"Saved as run 5c1f02 in ~/tare.db.  Page: tare report --html shop.html\n" },
	{ "two variants on a stand-in, a sample each", tale_variants, { .width = 80, .utf8 = true },
		" shop/copy-all, source edit, output image, n = 1\n"
		" engine  cache        n    time  steps  registry  image.size     gain     cpu\n"
		" podman  none (cold)  1  53.0 s  0/4           –           –      –         –\n"
		"         store        1  44.0 s  1/4 ¹       0 B      214 MB  9.0 s ²  22.0 s\n"
		" ¹ line 4 COPY . . takes in the source before line 5 RUN pip install -r\n"
		"   requirements.txt (41.8 s)\n"
		" ² against the cold build without an edit: none with this edit ran\n"
		"\n"
		" shop/manifest-first, source edit, output image, n = 1\n"
		" engine  cache        n    time  steps  registry  image.size      gain    cpu\n"
		" podman  none (cold)  1  53.0 s  0/4           –           –       –        –\n"
		"         store        1   2.0 s  3/4 ¹       0 B      214 MB  51.0 s ²  1.0 s\n"
		" ¹ line 6 RUN python -m compileall . is the first that ran and is itself the\n"
		"   longest (1.4 s)\n"
		" ² against the cold build without an edit: none with this edit ran\n"
		"\n"
		" docker 28.2 (overlay2, network host); podman 4.3.1 (rootless)\n"
		" python:3.13-slim is a stand-in assembled here from packages, not upstream's\n"
		"\n"
		"podman, store, after a source edit: manifest-first takes 2.00 s where copy-all\n"
		"takes 44.0 s (22.0 ×, one pair). No verdict below n = 6.\n"
		"shop/copy-all, output image – A source edit costs 44.0 s (one sample) on podman\n"
		"although no dependency changed: 41.8 s of it is line 5 (RUN pip install -r\n"
		"requirements.txt), which runs again after line 4 (COPY . .). If line 5 does not\n"
		"need all of it, copy what it needs first.\n"
		"shop/manifest-first, output image – A source edit costs 2.0 s (one sample) on\n"
		"podman, a cold build 53.0 s (one sample).\n"
		"Saved as run 5c1f02 in ~/tare.db.  Page: tare report --html shop.html\n" },
};

static void test_tables(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		_cleanup_(freep) char *is = shown(tables[i].tell, tables[i].term, true);

		same(tables[i].name, is, tables[i].text);
	}
}

/* At every width no line is longer than the terminal, and no figure is cut. */
static void test_widths(void **state)
{
	for (int width = 60; width <= 220; width += 7) {
		_cleanup_(freep) char *is = shown(
			tell_matrix, (struct term){ .utf8 = true, .width = width }, true);
		char *rest = is, *line;

		assert_non_null(strstr(is, "53.3 s"));
		assert_non_null(strstr(is, "181.0 MB"));
		while ((line = strsep(&rest, "\n")))
			if (term_columns(line) > width && !str_starts(line, "Saved as"))
				fail_msg("%d columns: \"%s\"", width, line);
	}
}

/* Colour adds: without it the same characters stand there. */
static void test_colour_only_adds(void **state)
{
	struct term term = { .tty = true, .utf8 = true, .width = 100 };
	_cleanup_(freep) char *plain = shown(tale_faults, term, true);
	_cleanup_(str_done) struct str stripped = STR_INIT;

	term.colour = true;

	_cleanup_(freep) char *colour = shown(tale_faults, term, true);

	assert_non_null(strstr(colour, "\x1b["));
	assert_null(strstr(plain, "\x1b"));
	for (const char *p = colour; *p; p++) {
		if (*p == '\x1b')
			p = strchr(p, 'm');
		else
			str_addc(&stripped, *p);
	}
	same("without colours", str_get(&stripped), plain);
}

/* Foreign text has no power over a terminal, and a pipe gets no bars. */
static void test_hostile(void **state)
{
	struct term term = { .utf8 = true, .width = 120 };
	_cleanup_(freep) char *is = shown(tale_faults, term, true);

	assert_null(strstr(is, "\x1b"));
	assert_null(strstr(is, "\xe2\x80\xae"));
	assert_null(strstr(is, "\xff"));
	assert_null(strstr(is, "█"));
	assert_non_null(strstr(is, "\\x1b[31m"));
	assert_non_null(strstr(is, "\\u202e"));
}

static void test_unfinished(void **state)
{
	_cleanup_(freep) char *is = shown(
		tell_first, (struct term){ .utf8 = true, .width = 80 }, false);

	assert_non_null(strstr(is, "this run has no end yet: tare run --resume continues it"));
}

static void tell_nothing(struct tale *t)
{
}

static void test_empty_run(void **state)
{
	_cleanup_(freep) char *is = shown(
		tell_nothing, (struct term){ .utf8 = true, .width = 80 }, true);

	assert_non_null(strstr(is, "Saved as run 5c1f02 in ~/tare.db."));
}

static void test_runs(void **state)
{
	_cleanup_(freep) char *text = NULL;
	struct tale t;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	tale_open(&t);
	tale_end(&t);
	tale_run(&t, 1);
	must(report_runs_table(t.st, 0, f, (struct term){ .utf8 = true, .width = 80 }));
	fclose(f);
	tale_done(&t);
	same("runs", text,
		" run     started               branch  commit   tag  state       command\n"
		" 5c1f02  2026-11-26T01:33:38Z  main    6f1ed00       unfinished  "
		"tare run . --engine docker,podman\n"
		" 5c1f02  2026-11-25T01:33:38Z  main    6f1ed00                   "
		"tare run . --engine docker,podman\n");
}

/* A table of another command: foreign text is encoded, and nothing is cut in a pipe. */
static void test_plain_table(void **state)
{
	_cleanup_(freep) char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	struct table *tb = table_new((struct term){ .utf8 = true, .width = 20 });

	table_column(tb, "engine", false, false);
	table_column(tb, "n", true, false);
	table_column(tb, "why", false, true);
	table_row(tb, (const char *const[]){ "a\x1b[2J", "7", "a long reason, longer than 20" });
	table_row(tb, (const char *const[]){ "é", "12", NULL });
	must(table_print(tb, f));
	fclose(f);
	same("table", text,
		" engine     n  why\n"
		" a\\x1b[2J   7  a long reason, longer than 20\n"
		" é         12\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_colour_only_adds),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_unfinished),
		cmocka_unit_test(test_empty_run),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_plain_table),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 77; /* skipped: columns of UTF-8 cannot be counted here */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
