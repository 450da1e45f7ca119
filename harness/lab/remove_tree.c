#include "lab/hidden.h"
#include "lab/lab.h"
#include "lab/mounts.h"
#include "lab/tree.h"

/* A path that leads out of the directory is refused, whoever asks. */
static bool is_inside(const char *dir, const char *path)
{
	size_t n = strlen(dir);

	return *dir == '/' && strncmp(path, dir, n) == 0 && path[n] == '/' && path[n + 1] &&
	       !strstr(path, "/../") && !str_ends(path, "/..");
}

static struct err *remove_inside(const char *dir, const char *path)
{
	if (!is_inside(dir, path))
		return err_new(ERR_INPUT, "not inside the lab: %s", path);
	TRY(mounts_remove(path, true, NULL));
	return tree_remove(path);
}

int lab_remove_tree(int argc, char **argv)
{
	_cleanup_(err_freep) struct err *e = NULL;

	if (argc != 4)
		return ERR_INPUT;
	e = remove_inside(argv[2], argv[3]);
	if (e)
		fprintf(stderr, "%s%s%s\n", e->what, e->at ? ": " : "", e->at ? e->at : "");
	return e ? (int)e->kind : 0;
}
