/* Progress as engines printed it, and the steps and phases that it tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "engine/buildah.h"
#include "engine/plain.h"
#include "engine/rawjson.h"
#include "engine_e4a.h"

enum form { RAWJSON, PLAIN, BUILDAH };

/* One parser, whichever, and what it told. */
struct replay {
	enum form form;
	struct rawjson rawjson;
	struct plain plain;
	struct buildah buildah;
	struct steps steps;
};

static void replay_line(struct replay *r, int fd, const char *line, int64_t at_ns)
{
	size_t n = strlen(line);

	if (r->form == RAWJSON)
		rawjson_line(&r->rawjson, line, n, &r->steps);
	else if (r->form == PLAIN)
		plain_line(&r->plain, line, n, at_ns, &r->steps);
	else
		buildah_line(&r->buildah, fd, line, n, at_ns, &r->steps);
}

static void replay_end(struct replay *r, int64_t at_ns)
{
	if (r->form == RAWJSON)
		rawjson_end(&r->rawjson, at_ns, &r->steps);
	else if (r->form == PLAIN)
		plain_end(&r->plain, at_ns, &r->steps);
	else
		buildah_end(&r->buildah, at_ns, &r->steps);
}

static void replay_start(struct replay *r, enum form form)
{
	*r = (struct replay){ .form = form };
	buildah_init(&r->buildah);
}

static void replay_done(struct replay *r)
{
	vertexes_done(&r->rawjson.all);
	vertexes_done(&r->plain.all);
	buildah_done(&r->buildah);
	steps_done(&r->steps);
}

/* A line of a recording: "FD SECONDS TEXT", or the text alone: then a tenth of a second passes
 * with each, and what podman says about a pull or an error comes on stderr, as it does. */
static const char *recorded(const char *line, bool stamps, int *fd, int64_t *at_ns)
{
	double seconds;
	int used = 0;

	if (stamps) {
		assert_int_equal(sscanf(line, "%1d %lf%n", fd, &seconds, &used), 2);
		*at_ns = (int64_t)(seconds * 1e9);
		return line + used + 1;
	}
	*fd = str_starts(line, "Error: ") || str_starts(line, "Trying to pull ") ? 2 : 1;
	*at_ns += SECOND_NS / 10;
	return line;
}

static void replay_file(struct replay *r, enum form form, const char *name, bool stamps)
{
	_cleanup_(freep) char *path = xasprintf(TEST_DATA "/%s", name);
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(strv_done) struct strv lines = STRV_INIT;
	int64_t at_ns = 0;
	int fd = 1;

	replay_start(r, form);
	if (file_read(path, 1 << 20, &text))
		fail_msg("cannot read %s", path);
	strv_split(&lines, str_get(&text), '\n');
	if (time_parse("2026-03-01T10:00:00Z", &r->rawjson.spawn_unix_ns))
		fail_msg("time_parse");
	for (size_t i = 0; i + 1 < lines.count; i++) {
		const char *line = recorded(lines.items[i], stamps, &fd, &at_ns);

		replay_line(r, fd, line, at_ns);
	}
	replay_end(r, at_ns + SECOND_NS / 10);
}

/* "build 3/4 RUN"; + cached, - failed, ? ambiguous, ~ clipped; then exit code and line. */
static void show_step(struct str *out, const struct step *s)
{
	if (s->stage >= 0)
		str_addf(out, "#%d.%d ", s->stage, s->index);
	str_addf(out, "%s%s%d/%d %.*s%s%s%s%s", s->stage_name ? s->stage_name : "",
		s->stage_name ? " " : "", s->position, s->total, (int)strcspn(s->text, " "),
		s->text, s->cached ? "+" : "", s->failed ? "-" : "", s->ambiguous ? "?" : "",
		s->clipped ? "~" : "");
	if (s->failed)
		str_addf(out, " exit %d line %d", s->exit_code, s->line);
}

static char *shown(const struct steps *steps)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < steps->count; i++) {
		str_add(&out, i ? ", " : "");
		show_step(&out, &steps->items[i]);
	}
	return str_take(&out);
}

static const struct {
	const char *file;
	enum form form;
	bool stamps;
	const char *steps;
	const char *phases; /* those that are known */
} recordings[] = {
	{ "cases/F1.rawjson", RAWJSON, false, "2/3 COPY+, 3/3 RUN", "base_pull execute" },
	{ "cases/F2.log", PLAIN, false, "build 3/4 RUN-~ exit 7 line 5", "execute" },
	{ "cases/F3.log", PLAIN, false, "a 2/2 RUN, b 2/2 RUN, c 2/3 COPY+",
		"base_pull execute image_export" },
	{ "cases/F4.rawjson", RAWJSON, false, "2/2 RUN", "execute image_export cache_export" },
	{ "progress/buildctl-error.log", RAWJSON, false, "2/2 RUN- exit 7 line 2",
		"base_pull execute" },
	{ "progress/buildctl-plain-cold.log", PLAIN, false,
		"build 2/4 RUN, build 3/4 COPY, build 4/4 RUN, stage-1 2/3 COPY, stage-1 3/3 COPY",
		"base_pull execute image_export push" },
	{ "progress/buildctl-regmax-export.log", RAWJSON, false,
		"build 2/4 RUN, build 3/4 COPY, build 4/4 RUN, stage-1 2/3 COPY, stage-1 3/3 COPY",
		"base_pull execute image_export push cache_export" },
	{ "progress/buildctl-local-import.log", RAWJSON, false,
		"build 2/4 RUN+, build 3/4 COPY+, build 4/4 RUN+, stage-1 2/3 COPY+, "
		"stage-1 3/3 COPY+",
		"base_pull cache_import image_export push" },
	{ "progress/docker-current-none-cold.log", RAWJSON, false,
		"build 2/4 RUN, build 3/4 COPY, build 4/4 RUN, stage-1 2/3 COPY, stage-1 3/3 COPY",
		"base_pull execute image_export push" },
	{ "progress/docker-current-regmax-deps.log", RAWJSON, false,
		"build 2/4 RUN+, build 3/4 COPY, build 4/4 RUN, stage-1 2/3 COPY, stage-1 3/3 COPY",
		"base_pull cache_import execute image_export push" },
	{ "progress/docker-20.10-none-cold.log", RAWJSON, false,
		"build 2/4 RUN, build 3/4 COPY, build 4/4 RUN, stage-1 2/3 COPY, stage-1 3/3 COPY",
		"base_pull execute image_export push" },
	{ "progress/docker-20.10-inline-import.log", RAWJSON, false,
		"build 2/4 RUN+, build 3/4 COPY+, build 4/4 RUN+, stage-1 2/3 COPY+, "
		"stage-1 3/3 COPY+",
		"base_pull cache_import image_export push" },
	{ "progress/docker-20.10-plain-cold.log", PLAIN, false,
		"one 1/2 COPY, one 2/2 RUN, stage-1 1/3 COPY+, stage-1 2/3 WORKDIR, "
		"stage-1 3/3 COPY",
		"execute image_export" },
	{ "progress/docker-20.10-plain-warm.log", PLAIN, false,
		"one 2/2 RUN+, stage-1 1/3 COPY+, one 1/2 COPY+, stage-1 2/3 WORKDIR+, "
		"stage-1 3/3 COPY+",
		"image_export" },
	{ "progress/docker-current-e4a.log", RAWJSON, false,
		"builder 2/2 RUN, builder 2/2 RUN, stage-3 1/3 COPY, mid 1/1 COPY, "
		"stage-3 2/3 COPY, stage-3 3/3 COPY",
		"base_pull execute image_export" },
	/* COPY --link is two vertexes, WORKDIR of both stages is one, the counts are padded */
	{ "progress/docker-current-link.log", RAWJSON, false,
		"stage-1 4/12 COPY, a 2/3 WORKDIR, a 3/3 RUN, stage-1 3/12 COPY, stage-1 5/12 ADD, "
		"stage-1 6/12 RUN, stage-1 7/12 RUN, stage-1 8/12 RUN, stage-1 9/12 COPY, "
		"stage-1 10/12 RUN, stage-1 11/12 RUN, stage-1 12/12 RUN",
		"base_pull execute image_export" },
	{ "progress/docker-current-inline.log", RAWJSON, false,
		"a 2/3 WORKDIR+, a 3/3 RUN+, stage-1 3/12 COPY+, stage-1 4/12 COPY+, "
		"stage-1 5/12 ADD+, stage-1 6/12 RUN+, stage-1 7/12 RUN+, stage-1 8/12 RUN+, "
		"stage-1 9/12 COPY+, stage-1 10/12 RUN+, stage-1 11/12 RUN+, stage-1 12/12 RUN+",
		"base_pull image_export push cache_export" },
	{ "progress/docker-current-no-import.log", RAWJSON, false, "2/4 RUN+, 3/4 RUN, 4/4 RUN",
		"base_pull cache_import execute image_export" },
	/* what was ended because another step failed has not failed */
	{ "progress/docker-current-parallel-error.log", RAWJSON, false,
		"b 2/2 RUN- exit 3 line 4, a 2/2 RUN", "base_pull execute" },
	{ "progress/docker-20.10-plain-parallel-error.log", PLAIN, false,
		"a 2/2 RUN, b 2/2 RUN- exit 3 line 0", "base_pull execute" },
	{ "progress/podman-cold.log", BUILDAH, false,
		"#0.0 2/4 RUN, #0.1 3/4 COPY, #0.2 4/4 RUN, #1.0 2/4 COPY, #1.1 3/4 COPY",
		"base_pull execute image_export" },
	{ "progress/podman-warm.log", BUILDAH, false,
		"#0.0 2/4 RUN+, #0.1 3/4 COPY+, #0.2 4/4 RUN+, #1.0 2/4 COPY+, #1.1 3/4 COPY+",
		"image_export" },
	{ "progress/podman-error.log", BUILDAH, false, "#0.0 2/2 RUN- exit 7 line 0", "execute" },
	{ "progress/podman-stamped.log", BUILDAH, true, "#0.0 2/4 COPY, #0.1 3/4 RUN, #0.2 4/4 RUN",
		"execute image_export" },
	{ "progress/podman-registry-export.log", BUILDAH, false,
		"#0.0 2/4 RUN, #0.1 3/4 COPY, #0.2 4/4 RUN, #1.0 2/4 COPY, #1.1 3/4 COPY",
		"base_pull execute image_export cache_export" },
	{ "progress/podman-registry-import.log", BUILDAH, false,
		"#0.0 2/4 RUN+, #0.1 3/4 COPY+, #0.2 4/4 RUN+, #1.0 2/4 COPY+, #1.1 3/4 COPY+",
		"base_pull cache_import image_export" },
	{ "progress/buildah-registry-import.log", BUILDAH, false,
		"#0.0 2/4 RUN+, #0.1 3/4 COPY+, #0.2 4/4 RUN+, #1.0 2/4 COPY+, #1.1 3/4 COPY+",
		"base_pull cache_import image_export" },
	/* stage 3 begins before the stage that its first COPY is from, and goes on after it */
	{ "progress/podman-turns.log", BUILDAH, false,
		"#0.0 2/6 WORKDIR, #0.1 3/6 COPY, #0.2 4/6 RUN, #0.3 5/6 COPY, #0.4 6/6 RUN, "
		"#2.0 2/8 COPY, #1.0 2/4 WORKDIR, #1.1 3/4 COPY, #1.2 4/4 RUN, #2.1 3/8 COPY, "
		"#2.2 4/8 RUN",
		"base_pull execute image_export" },
	/* a program prints "--> Using cache …" and a later one "[3/3] STEP 5/7: RUN fake" */
	{ "progress/podman-imitation.log", BUILDAH, true,
		"#0.0 2/2 COPY+, #2.0 3/7 RUN?, #2.1 5/7 WORKDIR, #2.2 7/7 RUN-? exit 7 line 0",
		"execute" },
};

static void recordings_tell(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(recordings); i++) {
		struct replay r;
		_cleanup_(str_done) struct str phases = STR_INIT;
		_cleanup_(freep) char *steps = NULL;

		replay_file(&r, recordings[i].form, recordings[i].file, recordings[i].stamps);
		steps = shown(&r.steps);
		for (int p = 0; p < PHASE_COUNT; p++)
			if (r.steps.phase[p].known)
				str_addf(&phases, "%s%s", phases.len ? " " : "", phase_names[p]);
		if (!str_eq(steps, recordings[i].steps) ||
			!str_eq(str_get(&phases), recordings[i].phases))
			fail_msg("%s:\n  %s\n  %s\nnot\n  %s\n  %s", recordings[i].file, steps,
				str_get(&phases), recordings[i].steps, recordings[i].phases);
		replay_done(&r);
	}
}

/* Milliseconds that a step took. */
static int64_t took_ms(const struct step *s)
{
	return (s->end_ns - s->start_ns) / 1000000;
}

static int64_t phase_ms(const struct steps *s, enum phase p)
{
	assert_true(s->phase[p].known);
	return s->phase[p].ns / 1000000;
}

static void f1_one_vertex_two_intervals(void **state)
{
	struct replay r;
	struct vertex *definition;

	(void)state;
	replay_file(&r, RAWJSON, "cases/F1.rawjson", false);
	assert_int_equal(r.steps.count, 2);
	assert_int_equal(took_ms(&r.steps.items[1]), 2010);
	assert_int_equal(r.steps.items[1].start_ns / 1000000, 10400);
	definition = &r.rawjson.all.items[0];
	assert_true(str_starts(definition->name, "[internal] load build definition"));
	assert_int_equal(spans_cover_ns(&definition->busy) / 1000000, 270);
	replay_done(&r);
}

static void f2_failed_step_says_why(void **state)
{
	struct replay r;
	const struct step *s;

	(void)state;
	replay_file(&r, PLAIN, "cases/F2.log", false);
	s = &r.steps.items[0];
	assert_string_equal(s->error, "process \"/bin/sh -c ./noisy.sh\" did not complete "
				      "successfully: exit code: 7");
	assert_string_equal(s->text, "RUN ./noisy.sh");
	replay_done(&r);
}

static void f3_times_of_the_plain_log(void **state)
{
	struct replay r;

	(void)state;
	replay_file(&r, PLAIN, "cases/F3.log", false);
	assert_int_equal(took_ms(&r.steps.items[0]), 2100);
	assert_int_equal(took_ms(&r.steps.items[1]), 1500);
	assert_int_equal(phase_ms(&r.steps, PHASE_IMAGE_EXPORT), 500);
	for (size_t i = 0; i < r.plain.all.count; i++) {
		assert_string_not_equal(r.plain.all.items[i].id, "7");
		assert_string_not_equal(r.plain.all.items[i].id, "8");
	}
	assert_int_equal(r.plain.all.base_count, 1);
	assert_string_equal(r.plain.all.bases[0].ref, "example.test/base:1");
	replay_done(&r);
}

static void f4_cache_export_refused(void **state)
{
	struct replay r;

	(void)state;
	replay_file(&r, RAWJSON, "cases/F4.rawjson", false);
	assert_int_equal(took_ms(&r.steps.items[0]), 8000);
	assert_false(r.steps.items[0].failed);
	assert_int_equal(phase_ms(&r.steps, PHASE_IMAGE_EXPORT), 800);
	assert_int_equal(phase_ms(&r.steps, PHASE_CACHE_EXPORT), 13000);
	assert_non_null(strstr(r.steps.phase[PHASE_CACHE_EXPORT].error, "429 Too Many Requests"));
	assert_null(r.steps.phase[PHASE_IMAGE_EXPORT].error);
	replay_done(&r);
}

static void what_else_is_told(void **state)
{
	struct replay r;

	(void)state;
	replay_file(&r, RAWJSON, "progress/docker-current-regmax-deps.log", false);
	assert_string_equal(r.steps.import_ref, "127.0.0.1:5081/cache/dcur:max");
	assert_int_equal(r.rawjson.all.base_count, 1);
	assert_string_equal(r.rawjson.all.bases[0].ref, "python:3.12-slim");
	assert_true(str_starts(r.rawjson.all.bases[0].digest, "sha256:794ff0cd"));
	assert_true(str_starts(r.rawjson.all.config, "sha256:1a8f0d89"));
	/* the cached step was pulled after all: 34 ms + 572 ms + 2665 ms + 267 ms */
	assert_in_range(took_ms(&r.steps.items[0]), 3520, 3545);
	replay_done(&r);

	replay_file(&r, RAWJSON, "progress/buildctl-regmax-export.log", false);
	assert_true(str_starts(r.steps.export_digest, "sha256:"));
	replay_done(&r);

	replay_file(&r, BUILDAH, "progress/podman-registry-import.log", false);
	assert_string_equal(r.steps.import_ref, "127.0.0.1:5081/cache/podman");
	assert_true(str_starts(r.buildah.image, "sha256:640ac6abe4c1"));
	replay_done(&r);

	replay_file(&r, BUILDAH, "progress/podman-stamped.log", true);
	assert_int_equal(took_ms(&r.steps.items[1]), 3370);
	assert_int_equal(took_ms(&r.steps.items[2]), 205);
	replay_done(&r);

	/* without the stage that it waited for: a line, of a tenth of a second */
	replay_file(&r, BUILDAH, "progress/podman-turns.log", false);
	assert_int_equal(took_ms(&r.steps.items[5]), 100);
	replay_done(&r);
}

/* Two stages of one name: BuildKit tells which step reads which; its plain log does not, there the
 * instruction decides. */
static void e4a_steps_are_found(void **state)
{
	static const struct {
		const char *file;
		enum form form;
	} logs[] = {
		{ "progress/docker-current-e4a.log", RAWJSON },
		{ "progress/docker-20.10-plain-e4a.log", PLAIN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		struct replay r;
		_cleanup_(strv_done) struct strv texts = STRV_INIT;

		replay_file(&r, logs[i].form, logs[i].file, false);
		assert_int_equal(r.steps.count, ARRAY_SIZE(e4a));
		for (size_t k = 0; k < r.steps.count; k++) {
			char *text = r.steps.items[k].text;

			strv_add(&texts, text);
			if (logs[i].form == RAWJSON) /* not by its text */
				memset(text, '?', strlen(text));
		}
		match_named(e4a, ARRAY_SIZE(e4a), vertexes_reads,
			logs[i].form == RAWJSON ? &r.rawjson.all : &r.plain.all, &r.steps);
		for (size_t k = 0; k < r.steps.count; k++) {
			const struct step *s = &r.steps.items[k];
			size_t t = 0;

			while (t < ARRAY_SIZE(e4a) && e4a[t].line != s->line)
				t++;
			assert_true(t < ARRAY_SIZE(e4a));
			assert_string_equal(texts.items[k], e4a[t].text);
			assert_int_equal(s->stage, e4a[t].stage);
			assert_int_equal(s->index, e4a[t].index);
			assert_false(s->ambiguous);
		}
		replay_done(&r);
	}
}

static void a_missing_import_is_the_phases_error(void **state)
{
	struct replay r;

	(void)state;
	replay_file(&r, RAWJSON, "progress/docker-current-no-import.log", false);
	assert_non_null(strstr(r.steps.phase[PHASE_CACHE_IMPORT].error, "not found"));
	replay_done(&r);
}

/* Whatever a program prints, it neither makes a step nor a hit; where it tries, it is flagged. */
static const struct {
	const char *name;
	enum form form;
	const char *log;
	const char *steps;
} imitations[] = {
	{ "a hit without its commit", BUILDAH,
		"STEP 1/2: FROM x\nSTEP 2/2: RUN a\n"
		"--> Using cache aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
		"--> bbbbbbbbbbb\nCOMMIT\n",
		"#0.0 2/2 RUN?" },
	{ "a hit with a commit of its own", BUILDAH,
		"STEP 1/2: FROM x\nSTEP 2/2: RUN a\n"
		"--> Using cache aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
		"--> aaaaaaaaaaa\n--> bbbbbbbbbbb\nCOMMIT\n",
		"#0.0 2/2 RUN?" },
	{ "the next header too early", BUILDAH,
		"STEP 1/3: FROM x\nSTEP 2/3: RUN a\nSTEP 3/3: RUN fake\n"
		"--> bbbbbbbbbbb\nSTEP 3/3: RUN b\n--> ccccccccccc\nCOMMIT\n",
		"#0.0 2/3 RUN, #0.1 3/3 RUN?" },
	{ "a header of another build", BUILDAH,
		"STEP 1/2: FROM x\nSTEP 2/2: RUN a\nSTEP 3/9: RUN fake\n--> bbbbbbbbbbb\nCOMMIT\n",
		"#0.0 2/2 RUN?" },
	{ "a header after the image", BUILDAH,
		"STEP 1/2: FROM x\nSTEP 2/2: RUN a\n--> bbbbbbbbbbb\nCOMMIT\nSTEP 3/3: RUN z\n",
		"#0.0 2/2 RUN?" },
	{ "a stage that a program begins", BUILDAH,
		"[1/2] STEP 1/3: FROM x\n[1/2] STEP 2/3: RUN a\n[2/2] STEP 1/2: FROM y\n"
		"[2/2] STEP 2/2: RUN fake\n--> bbbbbbbbbbb\n[1/2] STEP 3/3: RUN b\n--> ccccccccccc\n",
		"#0.0 2/3 RUN?, #0.1 3/3 RUN" },
	{ "a stage that began already, begun while a COPY waits", BUILDAH,
		"[1/2] STEP 1/1: FROM x AS a\n--> aaaaaaaaaaa\n[2/2] STEP 1/2: FROM y\n"
		"[2/2] STEP 2/2: COPY --from=a b c\n[1/2] STEP 1/1: FROM x\n--> bbbbbbbbbbb\n"
		"[2/2] COMMIT\n",
		"#1.0 2/2 COPY?" },
	{ "a program goes on with the COPY that waits for it", BUILDAH,
		"[1/2] STEP 1/2: FROM y\n[1/2] STEP 2/2: COPY --from=b b c\n[2/2] STEP 1/2: FROM x AS b\n"
		"[2/2] STEP 2/2: RUN a\n[1/2] STEP 3/3: RUN fake\n--> bbbbbbbbbbb\n--> ccccccccccc\n"
		"[1/2] COMMIT\n",
		"#0.0 2/2 COPY, #1.0 2/2 RUN?" },
	{ "no newline before the commit", BUILDAH,
		"STEP 1/3: FROM x\nSTEP 2/3: RUN a\ntext--> bbbbbbbbbbb\nSTEP 3/3: COPY b c\n"
		"--> ccccccccccc\nCOMMIT\n",
		"#0.0 2/3 RUN, #0.1 3/3 COPY" },
	{ "a verdict about another vertex", PLAIN,
		"#1 [1/2] RUN a\n#2 CACHED\n#1 0.1 #1 CACHED\n#1 DONE 1.0s\n", "1/2 RUN?" },
	{ "a second name", PLAIN, "#1 [1/2] RUN a\n#1 ...\n\n#1 [2/2] RUN b\n#1 DONE 1.0s\n",
		"1/2 RUN?" },
	{ "JSON that is no progress", RAWJSON,
		"{\"vertexes\":7}\n{\"vertexes\":[7,{}]}\n{\"statuses\":[{\"id\":1}]}\n{\n"
		"{\"logs\":[{\"vertex\":\"x\",\"data\":\"!\"}]}\n",
		"" },
	{ "a cache that could not be loaded, so it ran", RAWJSON,
		"{\"vertexes\":[{\"digest\":\"d\",\"name\":\"[2/2] RUN a\",\"inputs\":[\"i\"],"
		"\"started\":\"2026-03-01T10:00:01Z\",\"cached\":true,\"error\":\"gone\","
		"\"completed\":\"2026-03-01T10:00:02Z\"}]}\n"
		"{\"vertexes\":[{\"digest\":\"d\",\"name\":\"[2/2] RUN a\",\"inputs\":[\"i\"],"
		"\"started\":\"2026-03-01T10:00:02Z\",\"completed\":\"2026-03-01T10:00:03Z\"}]}\n",
		"2/2 RUN" },
};

static void imitations_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(imitations); i++) {
		struct replay r;
		_cleanup_(strv_done) struct strv lines = STRV_INIT;
		_cleanup_(freep) char *steps = NULL;

		replay_start(&r, imitations[i].form);
		strv_split(&lines, imitations[i].log, '\n');
		for (size_t l = 0; l + 1 < lines.count; l++)
			replay_line(&r, 1, lines.items[l], (int64_t)l * SECOND_NS);
		replay_end(&r, (int64_t)lines.count * SECOND_NS);
		steps = shown(&r.steps);
		if (!str_eq(steps, imitations[i].steps))
			fail_msg("%s: %s, not %s", imitations[i].name, steps, imitations[i].steps);
		replay_done(&r);
	}
}

static const struct {
	const char *name;
	enum shown_kind kind;
	const char *stage;
	int position, total;
	const char *text;
} names[] = {
	{ "[2/3] RUN make", SHOWN_STEP, NULL, 2, 3, "RUN make" },
	{ "[build 2/3] run make", SHOWN_STEP, "build", 2, 3, "run make" },
	{ "[linux/amd64 build 2/3] ADD a b", SHOWN_STEP, "build", 2, 3, "ADD a b" },
	{ "[linux/amd64 2/3] WORKDIR /a", SHOWN_STEP, NULL, 2, 3, "WORKDIR /a" },
	{ "[ 2/12] RUN make", SHOWN_STEP, NULL, 2, 12, "RUN make" },
	{ "[build  2/12] RUN make", SHOWN_STEP, "build", 2, 12, "RUN make" },
	{ "[a 1/1] FROM x:1@sha256:0", SHOWN_BASE, "a", 1, 1, "FROM x:1@sha256:0" },
	{ "[internal] load build context", SHOWN_OTHER, NULL, 0, 0, NULL },
	{ "[auth] library/x:pull token", SHOWN_OTHER, NULL, 0, 0, NULL },
	{ "[internal] load metadata for docker.io/library/x:1", SHOWN_BASE, NULL, 0, 0, NULL },
	{ "importing cache manifest from r/x", SHOWN_CACHE_IMPORT, NULL, 0, 0, NULL },
	{ "exporting cache to client directory", SHOWN_CACHE_EXPORT, NULL, 0, 0, NULL },
	{ "exporting to image", SHOWN_IMAGE_EXPORT, NULL, 0, 0, NULL },
	{ "[3/2] RUN make", SHOWN_OTHER, NULL, 3, 2, NULL },
	{ "[2/3 RUN make", SHOWN_OTHER, NULL, 0, 0, NULL },
	{ "", SHOWN_OTHER, NULL, 0, 0, NULL },
};

static void names_come_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct shown s = shown_name(names[i].name);
		_cleanup_(freep) char *stage = s.stage ? xstrndup(s.stage, s.stage_len) : NULL;

		if (s.kind != names[i].kind ||
			(names[i].text && (!str_eq(stage, names[i].stage) ||
						  s.position != names[i].position ||
						  s.total != names[i].total ||
						  !str_eq(s.text, names[i].text))))
			fail_msg("%s: kind %d, stage %s, %d/%d, %s", names[i].name, s.kind,
				stage ? stage : "none", s.position, s.total, s.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recordings_tell),
		cmocka_unit_test(f1_one_vertex_two_intervals),
		cmocka_unit_test(f2_failed_step_says_why),
		cmocka_unit_test(f3_times_of_the_plain_log),
		cmocka_unit_test(f4_cache_export_refused),
		cmocka_unit_test(what_else_is_told),
		cmocka_unit_test(e4a_steps_are_found),
		cmocka_unit_test(a_missing_import_is_the_phases_error),
		cmocka_unit_test(imitations_are_told),
		cmocka_unit_test(names_come_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
