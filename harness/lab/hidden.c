#include "lab/hidden.h"

#include "base/str.h"

static const struct {
	const char *name;
	int (*main)(int argc, char **argv);
} hidden[] = {
	{ "supervise", lab_supervise },
	{ "remove-tree", lab_remove_tree },
	{ "relay", relay_main },
};

bool lab_hidden(int argc, char **argv, int *code)
{
	for (size_t i = 0; i < ARRAY_SIZE(hidden); i++) {
		if (argc < 2 || !str_eq(argv[1], hidden[i].name))
			continue;
		*code = hidden[i].main(argc, argv);
		return true;
	}
	return false;
}
