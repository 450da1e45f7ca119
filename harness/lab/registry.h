/* The lab's registry: docker-registry twice over one store, each on a Unix socket. What it keeps
 * between runs lies in LAB/keep/registry: the bases. registry_start and _stop are in private.h. */
#ifndef LAB_REGISTRY_H
#define LAB_REGISTRY_H

#include "lab/lab.h"

/* The socket that is read-only and open to all who reach it. NULL before registry_start. */
const char *registry_base_socket(const struct lab *lab);
/* The one that is written with the secret. NULL before registry_start. */
const char *registry_cache_socket(const struct lab *lab);

/* GET a manifest by tag or digest, at most 4 MiB of it; its digest is computed. *found_out is false
 * when there is none. type_out (new, may be NULL) is its media type. */
struct err *registry_manifest(struct lab *lab, const char *repo, const char *reference,
	bool *found_out, struct str *body, char digest[DIGEST_SIZE], char **type_out);
/* GET a blob of at most 4 MiB, its digest verified. */
struct err *registry_blob(struct lab *lab, const char *repo, const char *digest, struct str *body);
/* Let `tag` name the manifest that stands there under `digest`. */
struct err *registry_tag(struct lab *lab, const char *repo, const char *digest, const char *tag);

/* Whether this is a name that registries take: lower-case components, nothing that leads out. */
bool registry_repo_is_valid(const char *repo);

/* The directory of repositories in a registry's store. */
char *storage_repos(const char *storage) __attribute__((warn_unused_result));
/* All repositories of a store, by name. */
struct err *storage_list(const char *storage, struct strv *out);
/* Remove all repositories but these, and the blobs that no repository names any more. The registry
 * must not be running. */
struct err *storage_prune(const char *storage, const char *config, const struct strv *keep);

#endif
