/* reports/: a run as JSON is what run.schema.json says, and says what was recorded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <math.h>

#include "report_fixture.h"
#include "reports/reports.h"

/* As much of JSON Schema as run.schema.json uses. */
struct checker {
	json_t *root;
	struct str where;
};

static bool fits(struct checker *c, json_t *schema, json_t *v);

static bool has_type(const char *type, json_t *v)
{
	return (str_eq(type, "null") && json_is_null(v)) ||
	       (str_eq(type, "boolean") && json_is_boolean(v)) ||
	       (str_eq(type, "string") && json_is_string(v)) ||
	       (str_eq(type, "integer") && json_is_integer(v)) ||
	       (str_eq(type, "number") && json_is_number(v)) ||
	       (str_eq(type, "array") && json_is_array(v)) ||
	       (str_eq(type, "object") && json_is_object(v));
}

static bool fits_type(json_t *type, json_t *v)
{
	size_t i;
	json_t *one;

	if (!type || json_is_string(type))
		return !type || has_type(json_string_value(type), v);
	json_array_foreach (type, i, one)
		if (has_type(json_string_value(one), v))
			return true;
	return false;
}

static bool in_enum(json_t *list, json_t *v)
{
	size_t i;
	json_t *one;

	json_array_foreach (list, i, one)
		if (json_equal(one, v))
			return true;
	return !list;
}

static bool fits_any(struct checker *c, json_t *list, json_t *v)
{
	size_t i;
	json_t *one;

	json_array_foreach (list, i, one)
		if (fits(c, one, v))
			return true;
	return !list;
}

static bool fits_members(struct checker *c, json_t *schema, json_t *v)
{
	json_t *props = json_object_get(schema, "properties");
	json_t *more = json_object_get(schema, "additionalProperties");
	const char *key;
	json_t *value, *name;
	size_t i;

	json_object_foreach (v, key, value) {
		json_t *prop = json_object_get(props, key);

		if (!prop && json_is_false(more)) {
			str_addf(&c->where, "/%s: not in the schema", key);
			return false;
		}
		if (!prop)
			prop = json_is_object(more) ? more : NULL;
		if (prop && !fits(c, prop, value)) {
			str_addf(&c->where, " in %s", key);
			return false;
		}
	}
	json_array_foreach (json_object_get(schema, "required"), i, name)
		if (!json_object_get(v, json_string_value(name))) {
			str_addf(&c->where, "%s is missing", json_string_value(name));
			return false;
		}
	return true;
}

static bool fits(struct checker *c, json_t *schema, json_t *v)
{
	const char *ref = json_string_value(json_object_get(schema, "$ref"));
	json_t *constant = json_object_get(schema, "const"), *one;
	json_t *least = json_object_get(schema, "minimum");
	size_t i;

	if (ref)
		return fits(c,
			json_object_get(json_object_get(c->root, "$defs"), strrchr(ref, '/') + 1),
			v);
	if (!fits_type(json_object_get(schema, "type"), v) ||
		!in_enum(json_object_get(schema, "enum"), v) ||
		(constant && !json_equal(constant, v)) ||
		(least && json_number_value(v) < json_number_value(least)) ||
		!fits_any(c, json_object_get(schema, "anyOf"), v))
		return false;
	json_array_foreach (json_is_array(v) ? v : NULL, i, one)
		if (json_object_get(schema, "items") &&
			!fits(c, json_object_get(schema, "items"), one))
			return false;
	return !json_is_object(v) || fits_members(c, schema, v);
}

static json_t *told(void (*tell)(struct tale *))
{
	struct tale t;
	json_t *out;

	tale_open(&t);
	tell(&t);
	tale_end(&t);
	must(report_run_json(t.st, t.run, &out));
	tale_done(&t);
	return out;
}

static void tell_matrix(struct tale *t)
{
	tale_matrix(t, 6);
}

static void tell_first(struct tale *t)
{
	tale_first_run(t, 3);
}

static void tell_nothing(struct tale *t)
{
}

static void test_schema(void **state)
{
	static void (*const tales[])(struct tale *) = { tell_first, tell_matrix, tale_faults,
		tale_variants, tell_nothing };
	json_error_t error;
	struct checker c = { json_load_file(
		TEST_DATA "/../../reports/run.schema.json", 0, &error) };

	assert_non_null(c.root);
	for (size_t i = 0; i < ARRAY_SIZE(tales); i++) {
		json_t *run = told(tales[i]);

		if (!fits(&c, c.root, run))
			fail_msg("tale %zu: %s", i, str_get(&c.where));
		json_decref(run);
	}
	str_done(&c.where);
	json_decref(c.root);
}

/* A schema that takes all would make the test above worthless. */
static void test_schema_refuses(void **state)
{
	static const char *const wrong[] = { "schema", "cells", "answer" };
	json_error_t error;
	struct checker c = { json_load_file(
		TEST_DATA "/../../reports/run.schema.json", 0, &error) };

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		json_t *run = told(tell_first);

		json_object_set_new(run, wrong[i], json_string("no"));
		assert_false(fits(&c, c.root, run));
		json_decref(run);
	}
	json_t *run = told(tell_first);

	json_object_set_new(
		json_array_get(json_object_get(run, "cells"), 0), "more", json_integer(1));
	assert_false(fits(&c, c.root, run));
	json_decref(run);
	str_done(&c.where);
	json_decref(c.root);
}

static json_t *cell_of(json_t *run, const char *engine, const char *cache)
{
	json_t *cell;
	size_t i;

	json_array_foreach (json_object_get(run, "cells"), i, cell)
		if (json_is_true(json_object_get(cell, "has_row")) &&
			str_eq(json_string_value(json_object_get(cell, "engine")), engine) &&
			str_eq(json_string_value(json_object_get(cell, "cache")), cache))
			return cell;
	fail_msg("no cell %s, %s", engine, cache);
	return NULL;
}

static double at(json_t *cell, const char *member, const char *key)
{
	return json_number_value(json_object_get(json_object_get(cell, member), key));
}

static void near(double is, double should)
{
	if (fabs(is - should) > 1e-6)
		fail_msg("%.9g is not %.9g", is, should);
}

/* The figures of one cell, worked out by hand. Blocks lie at 48.2 + 1.3 k and 14.9 + 0.7 k for k in
 * 0, 1/3, -1/3, 2/3, -2/3, 1: medians midway between k = 0 and k = 1/3; the differences 33.3 + 0.6
 * k have the median of their 21 Walsh averages at k = 1/6. */
static void test_figures(void **state)
{
	json_t *run = told(tell_matrix), *max = cell_of(run, "docker", "registry:max");
	json_t *wall = json_object_get(json_object_get(max, "metrics"), "build.wall");

	near(json_number_value(json_object_get(wall, "estimate")), 14.9 + 0.7 / 6);
	near(json_number_value(json_object_get(wall, "low")), 14.9 - 0.7 * 2 / 3);
	near(json_number_value(json_object_get(wall, "high")), 15.6);
	near(at(max, "gain", "estimate"), 33.3 + 0.6 / 6);
	near(at(max, "prime", "estimate"), 54.1);
	near(at(max, "pays", "builds"), 1);
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(max, "pays"), "is")), "after");
	near(at(cell_of(run, "podman", "registry"), "pays", "builds"), 2);
	json_decref(run);
}

/* Void, failed and timed-out samples: shown, and not averaged. */
static void test_faults(void **state)
{
	json_t *run = told(tale_faults), *c;

	c = cell_of(run, "docker", "registry:max");
	assert_int_equal(json_integer_value(json_object_get(c, "n")), 0);
	assert_int_equal(json_integer_value(json_object_get(c, "void")), 6);
	assert_null(json_object_get(json_object_get(c, "metrics"), "build.wall"));
	assert_int_equal(json_array_size(json_object_get(c, "samples")), 6);
	c = cell_of(run, "docker", "registry:min");
	assert_int_equal(json_integer_value(json_object_get(c, "failures")), 6);
	c = cell_of(run, "docker", "store");
	near(json_number_value(json_object_get(c, "limit_s")), 1800);
	assert_non_null(json_object_get(
		json_object_get(json_object_get(c, "metrics"), "build.wall"), "absent"));
	assert_true(json_is_null(json_object_get(c, "gain")));
	c = cell_of(run, "docker", "local:max");
	assert_true(json_is_true(json_object_get(
		json_object_get(json_object_get(c, "metrics"), "build.wall"), "high_open")));
	assert_true(json_is_null(json_object_get(c, "gain")));
	c = cell_of(run, "docker", "inline");
	assert_int_equal(json_integer_value(json_object_get(c, "findings")), 2);
	assert_int_equal(json_integer_value(json_object_get(c, "n")), 6);
	json_decref(run);
}

static void test_runs(void **state)
{
	struct tale t;
	json_t *out, *runs;

	tale_open(&t);
	tale_end(&t);
	tale_run(&t, 1);
	must(report_runs_json(t.st, 1, &out));
	runs = json_object_get(out, "runs");
	assert_int_equal(json_array_size(runs), 1);
	assert_true(json_is_null(json_object_get(json_array_get(runs, 0), "end")));
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(runs, 0), "id")), t.run->uuid);
	json_decref(out);
	tale_done(&t);
}

/* What has no value has a reason, and no number stands for it. */
static void test_absent(void **state)
{
	json_t *run = told(tell_first), *c = cell_of(run, "docker", "none");
	json_t *disk = json_object_get(json_object_get(c, "metrics"), "build.disk_written");

	assert_string_equal(
		json_string_value(json_object_get(disk, "absent")), "no blkio controller");
	json_decref(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schema),
		cmocka_unit_test(test_schema_refuses),
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
