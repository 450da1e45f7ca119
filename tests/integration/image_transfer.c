/* What the manifests say a pull needs, against what a real one sends: podman and dockerd pull two
 * images that share a base, and the relay counts (pushes: tests/e2e/engines.sh). What a daemon then
 * holds in its own store is read back over its socket. */
#include "engine_fixture.h"
#include "image_fixture.h"

#include "image/image.h"
#include "image/view.h"
#include "lab/registry.h"

#define APP_BYTES  1500000 /* of the layer that is new */
#define BASE_BYTES 4000000
#define TOLERATION 0.02
#define EXTRA	   20000 /* manifests, answers and headers */

/* Of noise, so that packing changes nothing. */
static const char recipes[] =
	"{\"old\":{\"format\":\"oci\",\"layers\":["
	"{\"z\":\"gzip\",\"e\":[{\"p\":\"base\",\"n\":4000000}]},"
	"{\"z\":\"gzip\",\"e\":[{\"p\":\"app\",\"n\":900000,\"c\":\"one\"}]}]},"
	"\"new\":{\"format\":\"oci\",\"layers\":["
	"{\"z\":\"gzip\",\"e\":[{\"p\":\"base\",\"n\":4000000}]},"
	"{\"z\":\"gzip\",\"e\":[{\"p\":\"app\",\"n\":1500000,\"c\":\"two\"}]}]}}";

struct client {
	struct seat on;
	char *tags[2]; /* of the old image and the new one, at the lab's registry */
};

/* The engine's own program, as it builds with it, told something else. */
static void tell(struct client *c, const char *verb, const char *what)
{
	static const struct variant plain;
	struct build b = { .context = "/", .dockerfile = "/none", .variant = &plain, .tag = "x:1" };
	_cleanup_(cmds_done) struct cmds cmds = { 0 };
	_cleanup_(strv_done) struct strv argv = STRV_INIT;
	_cleanup_(timed_done) struct timed t = { 0 };
	struct spawn s = { .out = -1, .err = -1 };

	no_error(c->on.engine->build(c->on.state, &b, &cmds));
	for (char **word = cmds.items[0].argv.items; *word && !str_eq(*word, "build"); word++)
		if (!str_eq(*word, "buildx"))
			strv_add(&argv, *word);
	strv_addl(&argv, verb, what);
	s.argv = (const char *const *)argv.items;
	s.env = (const char *const *)cmds.items[0].env.items;
	no_error(spawn_timed(c->on.lab->sock, &s, MINUTE_NS, NULL, NULL, &t));
	if (t.end.status)
		fail_msg("%s %s: exit %d\n%s", verb, what, t.end.status, str_get(&t.tail));
}

static void fresh_root(struct client *c, const char *name)
{
	_cleanup_(freep) char *root = xasprintf("%s/roots/%s", c->on.lab->dir, name);

	no_error(c->on.engine->select(c->on.state, root, true));
}

static void is_about(const char *what, int64_t counted, int64_t said)
{
	print_message("  %s: the relay counts %lld bytes, the manifests say %lld\n", what,
		(long long)counted, (long long)said);
	assert_true(said > APP_BYTES && said < BASE_BYTES);
	assert_true(counted >= said);
	assert_true((double)(counted - said) <= TOLERATION * (double)said ||
		    counted - said <= EXTRA);
}

static void read_tag(struct client *c, const char *repo, const char *tag, struct image *out)
{
	_cleanup_(image_cache_freep) struct image_cache *cache = image_cache_new();
	_cleanup_(freep) char *ref = xasprintf("%s:%s", repo, tag);
	const struct image_source src = { .from = IMAGE_FROM_REGISTRY,
		.ref = ref,
		.socket = lab_registry_socket(c->on.lab) };

	no_error(image_read(&src, cache, out));
}

/* What one that has the old image of a repository lacks of the new. */
static int64_t said(struct client *c, const char *repo)
{
	_cleanup_(image_done) struct image old = { 0 }, new = { 0 };

	read_tag(c, repo, "old", &old);
	read_tag(c, repo, "new", &new);
	return image_delta(&old, &new);
}

static void make_images(struct client *c)
{
	static const char *const names[] = { "old", "new" };
	_cleanup_(freep) char *path = xasprintf("%s.recipes.json", ((struct fixture *)c->on.f)->dir);

	no_error(file_replace(path, 0600, recipes, strlen(recipes)));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_(freep) char *layout = make_image(c->on.f, path, names[i]);

		push_layout(c->on.lab, layout, "from/x", names[i]);
		c->tags[i] = xasprintf("127.0.0.1:%d/from/x:%s", c->on.lab->cache_port, names[i]);
	}
}

static void a_pull_is_told(struct client *c)
{
	int64_t before;

	fresh_root(c, "pull");
	tell(c, "pull", c->tags[0]);
	before = lab_relay_bytes(c->on.lab).cache_rx;
	tell(c, "pull", c->tags[1]);
	is_about("pull", lab_relay_bytes(c->on.lab).cache_rx - before, said(c, "from/x"));
}

/* docker-daemon: on the socket of a real one tells what the registry's image has, unpacked. */
static void a_daemon_is_read(struct client *c)
{
	struct build b = { .tag = c->tags[1] };
	_cleanup_(image_ref_done) struct image_ref where = { 0 };
	_cleanup_(image_view_freep) struct image_view *v = NULL;
	_cleanup_(image_done) struct image pushed = { 0 };
	_cleanup_(freep) char *name = xasprintf("docker-daemon:%s", c->tags[1]), *host = NULL;
	const struct image_options o = { 0 };

	if (!c->on.engine->daemon)
		return;
	no_error(c->on.engine->image(c->on.state, &b, &where));
	host = xasprintf("unix://%s", where.socket);
	assert_int_equal(setenv("DOCKER_HOST", host, 1), 0);
	no_error(image_open(name, &o, &v));
	read_tag(c, "from/x", "new", &pushed);
	assert_string_equal(v->taken, name);
	assert_string_equal(v->image.config, pushed.config);
	assert_int_equal(v->image.size_bytes, pushed.size_bytes);
	assert_int_equal(v->image.visible_bytes, pushed.visible_bytes);
	assert_int_equal(v->image.layer_count, pushed.layer_count);
	assert_int_equal(v->image.files, pushed.files);
}

static void story(struct client *c, const char *name, const char *below)
{
	seat_take(&c->on, name, below);
	no_error(c->on.engine->open(c->on.lab, &c->on.info, &c->on.state));
	make_images(c);
	a_pull_is_told(c);
	a_daemon_is_read(c);
}

static int client_make(void **state)
{
	struct client *c = NEW(struct client);

	*state = c;
	return fixture_make(&c->on.f);
}

static int client_drop(void **state)
{
	struct client *c = *state;

	for (size_t i = 0; i < ARRAY_SIZE(c->tags); i++)
		free(c->tags[i]);
	seat_drop(&c->on);
	free(c);
	return 0;
}

static void podman(void **state)
{
	story(*state, "podman", NULL);
}

static void docker_20_10(void **state)
{
	story(*state, "docker", "docker-20.10");
}

static void docker_current(void **state)
{
	story(*state, "docker", "docker-current");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(podman, client_make, client_drop),
		cmocka_unit_test_setup_teardown(docker_20_10, client_make, client_drop),
		cmocka_unit_test_setup_teardown(docker_current, client_make, client_drop),
	};
	int code;

	if (lab_hidden(argc, argv, &code))
		return code;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
