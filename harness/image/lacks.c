/* Whether the tree holds what the image's own program needs to be started: the program, and whatever
 * starts it in turn. Says nothing of what a program loads once it runs. */
#include "image/rootfs_build.h"
#include "image/view.h"

#define CHAIN_MAX 5 /* interpreters of interpreters, as Linux has it */

static const char *path_of(const struct image_config *c)
{
	for (size_t i = c->env.count; i-- > 0;)
		if (str_starts(c->env.items[i], "PATH="))
			return c->env.items[i] + strlen("PATH=");
	return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"; /* as engines do */
}

/* "/DIR/NAME", relative ones from the working directory. */
static char *absolute(const struct image_config *c, const char *dir, size_t n, const char *name)
{
	if (n && *dir == '/')
		return xasprintf("%.*s/%s", (int)n, dir, name);
	return xasprintf("%s/%.*s%s%s", c->workdir, (int)n, dir, n ? "/" : "", name);
}

/* Where a word is found as a program, a new string; NULL: nowhere in PATH. */
static char *program_at(const struct image_view *v, const char *word)
{
	const char *dirs = path_of(&v->config);

	if (*word == '/')
		return xstrdup(word);
	if (strchr(word, '/'))
		return absolute(&v->config, "", 0, word);
	for (;; dirs++) {
		size_t n = strcspn(dirs, ":");
		_cleanup_(freep) char *path = absolute(&v->config, dirs, n, word);

		if (rootfs_lookup(v->tree, path, strlen(path), false) != NO_NODE)
			return TAKE_PTR(path);
		dirs += n;
		if (!*dirs)
			return NULL;
	}
}

/* Where a link leads, a new string; NULL: it is none, or is not there. */
static char *leads_to(const struct rootfs *t, const char *path)
{
	uint32_t node = rootfs_lookup(t, path, strlen(path), false);
	const struct layer_entry *e = node == NO_NODE ? NULL : rootfs_entry(t, node);

	if (!e || e->type != ENTRY_SYMLINK)
		return NULL;
	return xstrdup(layer_text(t->layers[t->nodes[node].layer], e->link));
}

static char *not_there(const struct rootfs *t, const char *by, const char *path)
{
	_cleanup_(freep) char *link = leads_to(t, path);
	_cleanup_(freep) char *needs = by ? xasprintf("%s needs ", by) : xstrdup("");

	if (link)
		return xasprintf("%s%s, a link to %s, which the image lacks", needs, path, link);
	return by ? xasprintf("%s needs %s, which the image lacks", by, path)
		  : xasprintf("the image lacks its program %s", path);
}

static char *program_lacks(const struct image_view *v, const char *by, const char *word, int depth);

/* "/usr/bin/env python3": env looks for its argument in PATH. */
static char *env_lacks(const struct image_view *v, const char *by, const char *starter, int depth)
{
	const char *argument = starter + strcspn(starter, " \t");

	argument += strspn(argument, " \t");
	if (!str_starts(starter, "/usr/bin/env ") || *argument == '-' ||
		strpbrk(argument, " \t=") || !*argument)
		return NULL;
	return program_lacks(v, by, argument, depth);
}

static char *starter_lacks(const struct image_view *v, const char *path, const char *starter, int depth)
{
	_cleanup_(freep) char *first = xstrndup(starter, strcspn(starter, " \t"));
	char *why = program_lacks(v, path, first, depth);

	return why ? why : env_lacks(v, path, starter, depth);
}

/* Why `word`, which `by` (NULL: the image) starts, cannot be started; NULL: nothing is seen. */
static char *program_lacks(const struct image_view *v, const char *by, const char *word, int depth)
{
	const struct rootfs *t = v->tree;
	_cleanup_(freep) char *path = program_at(v, word);
	uint32_t node = path ? rootfs_find(t, path) : NO_NODE;
	const struct layer_entry *e = node == NO_NODE ? NULL : rootfs_entry(t, node);
	const char *starter;

	if (!path)
		return by ? xasprintf("%s needs %s, which is in no directory of PATH", by, word)
			  : xasprintf("%s is in no directory of PATH", word);
	if (node == NO_NODE)
		return not_there(t, by, path);
	if (!e || e->type != ENTRY_FILE)
		return xasprintf("%s is no file that can be run", path);
	if (!(e->mode & 0111))
		return xasprintf("nobody may run %s (mode %04o)", path, e->mode);
	starter = layer_text(t->layers[t->nodes[node].layer], e->link);
	return *starter && depth < CHAIN_MAX ? starter_lacks(v, path, starter, depth + 1) : NULL;
}

char *view_lacks(const struct image_view *v)
{
	const struct image_config *c = &v->config;
	const char *word = c->entrypoint.count ? c->entrypoint.items[0]
			   : c->cmd.count      ? c->cmd.items[0]
					       : NULL;

	if (v->partial || !word || !*word || (*c->os && !str_eq(c->os, "linux")))
		return NULL;
	return program_lacks(v, NULL, word, 0);
}
