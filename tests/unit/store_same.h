/* Comparing what was recorded with what comes back; for cmocka tests. */
#ifndef TESTS_STORE_SAME_H
#define TESTS_STORE_SAME_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "store_fixture.h"

static inline void ok(struct err *e)
{
	if (e)
		fail_msg("%s (%s)", e->what, e->at ? e->at : "");
}

static inline void same_text(const char *a, const char *b)
{
	if (!str_eq(a, b))
		fail_msg("\"%s\" is not \"%s\"", a ? a : "(null)", b ? b : "(null)");
}

/* A database with one run and one cell. */
struct story {
	struct place place;
	struct store *st;
	struct run *run;
	struct cell cell;
};

static inline void story_open(struct story *t)
{
	t->place = place_new();
	ok(store_open(t->place.db, STORE_WRITE, &t->st));
	t->run = fixture_run(0);
	ok(store_add_run(t->st, t->run));
	fixture_cell(&t->cell, 1);
	ok(store_add_cell(t->st, &t->cell));
}

static inline void story_done(struct story *t)
{
	cell_done(&t->cell);
	run_free(t->run);
	store_close(t->st);
	place_done(&t->place);
}

/* Record the `n`th sample of the story's cell. */
static inline int64_t record(struct story *t, long n)
{
	_cleanup_(sample_done) struct sample s = { 0 };

	fixture_sample(&s, t->run->id, t->cell.id, n);
	ok(store_add_sample(t->st, &s));
	assert_true(s.id > 0);
	return s.id;
}

static inline void same_contents(const struct layer_contents *a, const struct layer_contents *b)
{
	assert_int_equal(a->package_count, b->package_count);
	for (size_t i = 0; i < a->package_count; i++) {
		const struct content_package *x = &a->packages[i], *y = &b->packages[i];

		same_text(x->manager, y->manager);
		same_text(x->name, y->name);
		same_text(x->version, y->version);
		assert_int_equal(x->size_bytes, y->size_bytes);
		assert_int_equal(x->files, y->files);
	}
	assert_int_equal(a->file_count, b->file_count);
	for (size_t i = 0; i < a->file_count; i++) {
		same_text(a->files[i].path, b->files[i].path);
		assert_int_equal(a->files[i].size_bytes, b->files[i].size_bytes);
		assert_int_equal(a->files[i].package, b->files[i].package);
		assert_int_equal(a->files[i].hidden, b->files[i].hidden);
	}
}

static inline void same_views(const struct image *a, const struct image *b)
{
	assert_int_equal(a->view_count, b->view_count);
	for (size_t i = 0; i < a->view_count; i++) {
		same_text(a->views[i].made_by, b->views[i].made_by);
		assert_int_equal(a->views[i].size_bytes, b->views[i].size_bytes);
		assert_int_equal(a->views[i].files, b->views[i].files);
		assert_int_equal(a->views[i].hidden_bytes, b->views[i].hidden_bytes);
		same_contents(a->views[i].of, b->views[i].of);
	}
}

static inline void same_steps(const struct steps *a, const struct steps *b)
{
	assert_int_equal(a->structured, b->structured);
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		const struct step *x = &a->items[i], *y = &b->items[i];
		const int p[] = { x->stage, x->index, x->line, x->position, x->total, x->cached,
			x->failed, x->ambiguous, x->clipped, x->exit_code };
		const int q[] = { y->stage, y->index, y->line, y->position, y->total, y->cached,
			y->failed, y->ambiguous, y->clipped, y->exit_code };
		assert_memory_equal(p, q, sizeof(p));
		assert_int_equal(x->parent_count, y->parent_count);
		for (size_t k = 0; k < x->parent_count; k++) {
			assert_int_equal(x->parents[k].stage, y->parents[k].stage);
			assert_int_equal(x->parents[k].index, y->parents[k].index);
		}
		same_text(x->stage_name, y->stage_name);
		same_text(x->text, y->text);
		same_text(x->error, y->error);
		assert_int_equal(x->start_ns, y->start_ns);
		assert_int_equal(x->end_ns, y->end_ns);
	}
	for (int p = 0; p < PHASE_COUNT; p++) {
		assert_int_equal(a->phase[p].known, b->phase[p].known);
		assert_int_equal(a->phase[p].ns, b->phase[p].ns);
		same_text(a->phase[p].error, b->phase[p].error);
	}
	same_text(a->import_ref, b->import_ref);
	same_text(a->import_digest, b->import_digest);
	same_text(a->export_digest, b->export_digest);
}

static inline void same_image(const struct image *a, const struct image *b)
{
	same_text(a->digest, b->digest);
	same_text(a->config, b->config);
	assert_int_equal(a->compressed_bytes, b->compressed_bytes);
	assert_int_equal(a->size_bytes, b->size_bytes);
	assert_int_equal(a->layer_count, b->layer_count);
	for (size_t i = 0; i < a->layer_count; i++) {
		same_text(a->layers[i].digest, b->layers[i].digest);
		same_text(a->layers[i].media_type, b->layers[i].media_type);
		assert_int_equal(a->layers[i].size_bytes, b->layers[i].size_bytes);
	}
	assert_int_equal(a->diff_ids.count, b->diff_ids.count);
	for (size_t i = 0; i < a->diff_ids.count; i++)
		same_text(a->diff_ids.items[i], b->diff_ids.items[i]);
}

static inline void same_values(const struct values *a, const struct values *b)
{
	for (int m = 0; m < METRIC_COUNT; m++) {
		assert_int_equal(a->known[m], b->known[m]);
		assert_true(a->v[m] == b->v[m]);
		same_text(a->absent[m], b->absent[m]);
	}
}

static inline void same_manifest(const struct manifest *a, const struct manifest *b)
{
	same_text(a->digest, b->digest);
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		const struct manifest_entry *x = &a->items[i], *y = &b->items[i];
		same_text(x->path, y->path);
		same_text(x->digest, y->digest);
		assert_int_equal(x->mode, y->mode);
		assert_int_equal(x->uid, y->uid);
		assert_int_equal(x->gid, y->gid);
		assert_int_equal(x->size_bytes, y->size_bytes);
	}
}

static inline void same_sample(const struct sample *a, const struct sample *b)
{
	assert_int_equal(a->cell_id, b->cell_id);
	assert_int_equal(a->run_id, b->run_id);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->arm, b->arm);
	assert_int_equal(a->block, b->block);
	assert_int_equal(a->ordinal, b->ordinal);
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->exit_code, b->exit_code);
	assert_int_equal(a->start_unix_ns, b->start_unix_ns);
	assert_int_equal(a->prime_id, b->prime_id);
	same_text(a->revision, b->revision);
	same_text(a->import_digest, b->import_digest);
	same_text(a->export_digest, b->export_digest);
	same_text(a->token, b->token);
	same_text(a->change, b->change);
	same_text(a->command, b->command);
	same_text(a->log_tail, b->log_tail);
	same_text(a->failure, b->failure);
	assert_int_equal(a->checks.made, b->checks.made);
	assert_int_equal(a->checks.failed, b->checks.failed);
	assert_int_equal(a->checks.fail_count, b->checks.fail_count);
	for (size_t i = 0; i < a->checks.fail_count; i++) {
		assert_int_equal(a->checks.fails[i].check, b->checks.fails[i].check);
		same_text(a->checks.fails[i].detail, b->checks.fails[i].detail);
	}
	assert_int_equal(a->input_count, b->input_count);
	for (size_t i = 0; i < a->input_count; i++) {
		same_text(a->inputs[i].ref, b->inputs[i].ref);
		same_text(a->inputs[i].digest, b->inputs[i].digest);
		assert_int_equal(a->inputs[i].standin, b->inputs[i].standin);
	}
	same_values(&a->values, &b->values);
	same_steps(&a->steps, &b->steps);
	same_image(&a->image, &b->image);
}

#endif
