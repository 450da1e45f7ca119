/* Bases in the lab's registry: names, pins, recipes. lab_bases is in lab.h. */
#ifndef LAB_BASES_H
#define LAB_BASES_H

#include "lab/lab.h"

/* A reference as a Dockerfile has it, taken apart and completed as all engines do. */
struct base_name {
	char *full;    /* "docker.io/library/python:3.13-slim", the digest included */
	char *host;    /* "docker.io" */
	char *path;    /* "library/python" */
	char *tag;     /* "3.13-slim"; "latest" when nothing is said; NULL: a digest alone */
	char *digest;  /* "sha256:..." or NULL */
	char *repo;    /* in the lab's registry, see lab.h */
	char *lab_tag; /* there: the tag, or "sha256-..." */
};
/* ERR_INPUT for what is no reference: an unexpanded variable, capitals, "scratch". */
struct err *base_name_parse(const char *ref, struct base_name *out);
/* Free its members; zeroes are fine. */
void base_name_done(struct base_name *n);

/* One image that was brought into the registry once; the real one and a stand-in of the same name
 * are two pins. */
struct pin {
	char *full; /* of base_name */
	bool standin;
	char *from; /* registry it was copied from; NULL: its own, or a stand-in */
	char *repo, *tag;
	char digest[DIGEST_SIZE];
	char *recipe; /* of a stand-in: digest of what it was made by; else NULL */
	char *why;    /* of a stand-in: why upstream was not there; else NULL */
	char *when;   /* RFC 3339 */
};
struct pins {
	struct pin *items;
	size_t count, room;
};
/* LAB/keep/bases.json; absent is empty. */
struct err *pins_read(const char *lab_dir, struct pins *out);
/* Replace that file: after a power cut there is the old one or the new one. */
struct err *pins_write(const char *lab_dir, const struct pins *p);
/* The pin of that name and kind, copied from there; NULL: none. */
struct pin *pins_find(const struct pins *p, const char *full, bool standin, const char *from);
/* The same, a new one if there is none. */
struct pin *pins_get(struct pins *p, const char *full, bool standin, const char *from);
/* Free the list; pins that were found in it end with it. */
void pins_done(struct pins *p);

/* Repositories of the lab's registry that hold a pinned base. */
struct err *bases_repos(const char *lab_dir, struct strv *out);

/* The recipe of a stand-in for that image: its file in the library; NULL when there is none. */
struct err *recipe_find(const char *full, char **file_out);
/* Assemble it as an OCI layout below LAB/keep/bases, or find it there; *digest of its manifest. */
struct err *recipe_assemble(
	const struct lab *lab, const char *file, char **layout_out, char digest[DIGEST_SIZE]);

/* Whether upstream has that image and lets us have it: NULL, else the reason. Asks 10 s at most. */
char *copy_cannot(struct lab *lab, const char *source);
/* Copy an image (skopeo's name of it) into the lab's registry; inside the lab, so that caches
 * which skopeo keeps are the lab's. all: every platform of it, digests as they are. */
struct err *copy_in(
	struct lab *lab, const char *source, const char *repo, const char *tag, bool all);

#endif
