#include "engine/buildah.h"

#include <ctype.h>

#include "engine/shown.h"

#define LINE_MAX_BYTES (64 * 1024)
#define STEPS_MAX      4096
#define HEX	       "0123456789abcdef"

static const char *const step_words[] = { "RUN ", "COPY ", "ADD ", "WORKDIR " };

/* "[s/S] STEP i/n: TEXT" or "STEP i/n: TEXT". */
struct header {
	int stage, stages, position, total;
	const char *text;
};

/* "a/b" at p; NULL, or what follows. */
static const char *pair(const char *p, int *a, int *b)
{
	int used = 0;

	if (!isdigit((unsigned char)*p) || sscanf(p, "%5d/%5d%n", a, b, &used) != 2 || !used)
		return NULL;
	return *a > 0 && *a <= *b ? p + used : NULL;
}

/* The "[s/S] " in front of the engine's lines where there are several stages; else line itself,
 * stage 1 of 1. */
static const char *stage_prefix(const char *line, int *stage, int *stages)
{
	const char *p = line[0] == '[' ? pair(line + 1, stage, stages) : NULL;

	if (p && p[0] == ']' && p[1] == ' ')
		return p + 2;
	*stage = *stages = 1;
	return line;
}

static bool header_parse(const char *line, struct header *h)
{
	const char *p = stage_prefix(line, &h->stage, &h->stages);

	if (!str_starts(p, "STEP "))
		return false;
	p = pair(p + strlen("STEP "), &h->position, &h->total);
	if (!p || p[0] != ':' || p[1] != ' ')
		return false;
	h->text = p + 2;
	return true;
}

static bool has_begun(const struct buildah *b, int stage)
{
	return stage > BUILDAH_STAGES_MAX || b->begun[(stage - 1) / 64] >> (stage - 1) % 64 & 1;
}

/* Whether the instruction may wait for another stage. No program runs in it, so that what is said
 * of that stage is the engine's. */
static bool may_wait(const struct buildah *b)
{
	return b->copies && !b->commits && !b->hit[0] && b->wait_count < BUILDAH_WAITS_MAX;
}

/* The one that can come now: the next instruction, or the first of a stage that has not begun, once
 * this one is through or waits for it. Stages begin in any order. */
static bool header_is_next(const struct buildah *b, const struct header *h)
{
	if (b->commit_ns >= 0)
		return false;
	if (!b->at.stage)
		return h->position == 1;
	if (h->stages != b->at.stages)
		return false;
	if (h->stage == b->at.stage)
		return h->total == b->at.total && h->position == b->at.position + 1;
	return h->position == 1 && !has_begun(b, h->stage) &&
	       (b->at.position == b->at.total || may_wait(b));
}

static struct step *current(struct buildah *b, struct steps *steps)
{
	return b->at.step >= 0 ? &steps->items[b->at.step] : NULL;
}

static void flag(struct buildah *b, struct steps *steps)
{
	struct step *s = current(b, steps);

	if (s)
		s->ambiguous = true;
}

/* The instruction before ended, at the latest, when the next line of the engine came. */
static void close_instruction(struct buildah *b, int64_t at_ns, struct steps *steps)
{
	struct step *s = current(b, steps);

	if (b->from && b->pulling)
		spans_add(&b->pull, b->header_ns, at_ns);
	if (b->push_ns >= 0)
		spans_add(&b->export, b->push_ns, at_ns);
	if (s && s->end_ns < 0)
		s->end_ns = at_ns;
	if (s && !s->cached)
		spans_add(&b->execute, s->start_ns, s->end_ns);
	b->push_ns = -1;
}

static bool is_step(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(step_words); i++)
		if (str_starts(text, step_words[i]))
			return true;
	return false;
}

/* The stage that was waited for is through: the COPY starts now. */
static void go_on(struct buildah *b, int64_t at_ns, struct steps *steps)
{
	struct step *s;

	close_instruction(b, at_ns, steps);
	b->at = b->waits[--b->wait_count];
	b->from = b->pulling = false;
	b->copies = true;
	b->commits = 0;
	b->hit[0] = '\0';
	b->header_ns = b->through_ns;
	s = current(b, steps);
	if (s)
		s->start_ns = b->through_ns;
}

/* Whether what comes next is of the COPY that waits. */
static bool is_awaited(const struct buildah *b)
{
	return b->wait_count && b->commits && b->at.position == b->at.total;
}

static void open_step(struct buildah *b, const struct header *h, int64_t at_ns, struct steps *steps)
{
	struct step *s = GROW(steps->items, steps->count, steps->room);

	b->at.step = (ssize_t)steps->count - 1;
	s->stage = h->stage - 1; /* the engine counts all stages, built or not */
	s->index = b->at.steps_in_stage++;
	s->position = h->position;
	s->total = h->total;
	s->text = xstrdup(h->text);
	s->start_ns = at_ns;
	s->end_ns = -1;
	s->exit_code = -1;
}

static void begin_stage(struct buildah *b, int stage)
{
	b->at.steps_in_stage = 0;
	if (stage <= BUILDAH_STAGES_MAX)
		b->begun[(stage - 1) / 64] |= UINT64_C(1) << (stage - 1) % 64;
}

static void take_header(
	struct buildah *b, int fd, const struct header *h, int64_t at_ns, struct steps *steps)
{
	if (is_awaited(b) && h->stage == b->waits[b->wait_count - 1].stage)
		go_on(b, at_ns, steps);
	if ((b->fd && fd != b->fd) || !header_is_next(b, h)) {
		flag(b, steps);
		return;
	}
	if (h->stage != b->at.stage && b->at.position != b->at.total)
		b->waits[b->wait_count++] = b->at;
	else
		close_instruction(b, at_ns, steps);
	if (h->stage != b->at.stage)
		begin_stage(b, h->stage);
	b->fd = fd;
	b->at.stage = h->stage;
	b->at.stages = h->stages;
	b->at.position = h->position;
	b->at.total = h->total;
	b->header_ns = at_ns;
	b->from = str_starts(h->text, "FROM ");
	b->copies = str_starts(h->text, "COPY ") || str_starts(h->text, "ADD ");
	b->pulling = false;
	b->commits = 0;
	b->hit[0] = '\0';
	b->at.step = -1;
	if (is_step(h->text) && steps->count < STEPS_MAX)
		open_step(b, h, at_ns, steps);
}

static void take_hit(struct buildah *b, const char *id, struct steps *steps)
{
	if (strspn(id, HEX) != 64 || id[64])
		return;
	if (b->hit[0] || b->commits)
		flag(b, steps);
	memcpy(b->hit, id, 65);
}

/* "REPO:TAG": the tag is of one layer, the repository is what was asked for. */
static void take_ref(char **to, const char *ref)
{
	const char *colon = strrchr(ref, ':');

	if (!*to)
		*to = xstrndup(ref, colon ? (size_t)(colon - ref) : strlen(ref));
}

/* Whether this build made that layer itself, for a step that is the same as this one. */
static bool made_here(const struct buildah *b, const char *id)
{
	for (size_t i = 0; i < b->made.count; i++)
		if (str_starts(id, b->made.items[i]))
			return true;
	return false;
}

/* "--> 5f2c4c87194": the instruction's layer is there. It was a hit if this is what was hit, and
 * came from a build before this one: BuildKit shows such twins as one step, too. */
static void take_commit(struct buildah *b, const char *id, int64_t at_ns, struct steps *steps)
{
	struct step *s = current(b, steps);
	bool hit = b->hit[0] && strncmp(b->hit, id, strlen(id)) == 0;

	b->through_ns = at_ns;
	if (b->commits++ || (b->hit[0] && !hit))
		flag(b, steps);
	if (b->push_ns >= 0)
		spans_add(&b->export, b->push_ns, at_ns);
	if (!b->hit[0] && b->made.count < STEPS_MAX)
		strv_add(&b->made, id);
	if (s) {
		s->cached = hit && b->commits == 1 && !made_here(b, b->hit);
		if (b->commit_ns < 0 && b->push_ns < 0)
			s->end_ns = at_ns;
	}
	b->push_ns = -1;
}

/* The layer is built, and goes to the cache: that is no time of the step. */
static void take_push(struct buildah *b, int64_t at_ns, struct steps *steps)
{
	struct step *s = current(b, steps);

	b->push_ns = at_ns;
	if (s && s->end_ns < 0)
		s->end_ns = at_ns;
}

/* "--> …": a line of the engine about the current instruction. */
static bool take_arrow(struct buildah *b, const char *text, int64_t at_ns, struct steps *steps)
{
	static const char pulled[] = "Cache pulled from remote ", hit[] = "Using cache ";
	size_t hex = strspn(text, HEX);

	if (is_awaited(b))
		go_on(b, at_ns, steps);
	if (str_starts(text, pulled)) {
		take_ref(&steps->import_ref, text + sizeof(pulled) - 1);
		spans_add(&b->import, b->header_ns, at_ns);
	} else if (str_starts(text, hit)) {
		take_hit(b, text + sizeof(hit) - 1, steps);
	} else if (str_starts(text, "Pushing cache ")) {
		take_push(b, at_ns, steps);
	} else if (hex >= 10 && hex <= 64 && !text[hex]) {
		take_commit(b, text, at_ns, steps);
	} else {
		return false;
	}
	return true;
}

/* The last instruction is through, and the image is written. */
static bool take_image(struct buildah *b, const char *line, int64_t at_ns, struct steps *steps)
{
	int stage, stages;
	const char *p = stage_prefix(line, &stage, &stages);
	struct step *s = current(b, steps);

	if (!str_starts(p, "COMMIT") || (p[6] && p[6] != ' ') || b->at.position != b->at.total ||
		stage != b->at.stage || stages != b->at.stages || b->commit_ns >= 0)
		return false;
	if (s && s->end_ns < 0)
		s->end_ns = at_ns;
	b->commit_ns = at_ns;
	return true;
}

static void take_id(struct buildah *b, const char *line)
{
	if (b->commit_ns >= 0 && strspn(line, HEX) == 64 && !line[64])
		snprintf(b->image, sizeof(b->image), "sha256:%s", line);
}

static void take_error(struct buildah *b, const char *line)
{
	free(b->error);
	b->error = shown_first_line(line + strlen("Error: "));
}

void buildah_init(struct buildah *b)
{
	*b = (struct buildah){ .at.step = -1, .commit_ns = -1, .push_ns = -1 };
}

/* What a program prints without a newline stands in front of the engine's next line. */
static const char *arrow_in(const char *line)
{
	const char *p = str_starts(line, "--> ") ? line : NULL;

	for (const char *q = line; !p && (q = strstr(q, "--> ")); q++)
		if (strspn(q + 4, HEX) >= 10 && !q[4 + strspn(q + 4, HEX)])
			p = q;
	return p ? p + 4 : NULL;
}

void buildah_line(
	struct buildah *b, int fd, const char *line, size_t n, int64_t at_ns, struct steps *steps)
{
	_cleanup_(freep) char *copy = xstrndup(line, n < LINE_MAX_BYTES ? n : LINE_MAX_BYTES);
	const char *arrow = arrow_in(copy);
	struct header h;

	if (header_parse(copy, &h))
		take_header(b, fd, &h, at_ns, steps);
	else if (b->from && str_starts(copy, "Trying to pull "))
		b->pulling = true;
	else if (fd == 2 && str_starts(copy, "Error: "))
		take_error(b, copy);
	else if (b->at.stage && fd == b->fd && !(arrow && take_arrow(b, arrow, at_ns, steps)) &&
		 !take_image(b, copy, at_ns, steps))
		take_id(b, copy);
}

/* "… exit status 7" */
static int exit_status(const char *error)
{
	const char *p = NULL;
	int64_t status;

	for (const char *q = error; (q = strstr(q, "exit status ")); q++)
		p = q + strlen("exit status ");
	return p && str_to_i64(p, &status) && status >= 0 && status <= 255 ? (int)status : -1;
}

static void failed(struct buildah *b, struct steps *steps)
{
	struct step *s = current(b, steps);
	struct phase_time *p = &steps->phase[b->commit_ns >= 0 ? PHASE_IMAGE_EXPORT
					     : b->push_ns >= 0 ? PHASE_CACHE_EXPORT
							       : PHASE_BASE_PULL];

	if (s && b->commit_ns < 0 && b->push_ns < 0) {
		s->failed = true;
		s->exit_code = exit_status(b->error);
		s->error = TAKE_PTR(b->error);
	} else if ((b->from || b->commit_ns >= 0 || b->push_ns >= 0) && !p->error) {
		p->error = TAKE_PTR(b->error);
	}
}

/* The time of `s` outside `less`. */
static void set_phase(
	struct steps *steps, enum phase p, const struct spans *s, const struct spans *less)
{
	if (!s->count)
		return;
	steps->phase[p].known = true;
	steps->phase[p].ns = spans_cover_less_ns(s, less);
}

void buildah_end(struct buildah *b, int64_t at_ns, struct steps *steps)
{
	const struct spans none = { 0 };

	if (b->error && !b->image[0])
		failed(b, steps);
	if (b->commit_ns >= 0)
		spans_add(&b->write, b->commit_ns, at_ns);
	close_instruction(b, at_ns, steps);
	set_phase(steps, PHASE_BASE_PULL, &b->pull, &none);
	set_phase(steps, PHASE_CACHE_IMPORT, &b->import, &none);
	set_phase(steps, PHASE_EXECUTE, &b->execute, &none);
	set_phase(steps, PHASE_IMAGE_EXPORT, &b->write, &b->export);
	set_phase(steps, PHASE_CACHE_EXPORT, &b->export, &none);
}

void buildah_done(struct buildah *b)
{
	free(b->error);
	strv_done(&b->made);
	spans_done(&b->pull);
	spans_done(&b->import);
	spans_done(&b->export);
	spans_done(&b->write);
	spans_done(&b->execute);
	buildah_init(b);
}
