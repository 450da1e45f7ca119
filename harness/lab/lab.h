/* The lab: one directory and one PID and mount namespace in which private daemons, the lab's
 * registry and its relay live. Nothing of it outlives tare but files, and what the ledger names. */
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include <stdbool.h>
#include <stdint.h>

#include "measure/spawn.h"
#include "model/cell.h"
#include "model/sample.h"

struct lab {
	char *dir;	/* absolute, 0700, ours; keep/ in it outlives a run, log/ until the next */
	char *run;	/* the run's label: twelve hex digits */
	int sock;	/* of the supervisor: measure/spawn.h */
	bool root;	/* rootful; else everything lives in a user namespace */
	int base_port;	/* loopback; bases, read-only, no authentication */
	int cache_port; /* loopback; caches and pushed images, the secret to write */
	char *user, *password; /* for cache_port; printed nowhere */
	bool cgroup;	       /* a cgroup of its own can be had */
	const volatile int *stop; /* the caller's; not 0: give up getting bases; NULL: never */
	struct lab_private *private;
};

/* The directory that would be used: $TARE_LAB, else XDG_CACHE_HOME/tare/lab, else
 * HOME/.cache/tare/lab; ERR_INPUT with what to set when none is known. */
struct err *lab_where(char **dir_out);
/* Lock, recover what a killed run left, start supervisor, registry and relay. From the main thread,
 * which has to outlive the lab. ERR_AGAIN when another run holds the lab; ERR_INPUT when the
 * directory is not ours alone, or holds other things than a lab. */
struct err *lab_open(const char *dir, const char *run, struct link link, struct lab **out);
/* Ends every process and mount, removes the secret and all files of the run. NULL is fine. */
void lab_close(struct lab *lab);
DEFINE_CLEANUP(struct lab *, lab_close)
/* Remove what a killed run left, and with `all` the lab itself. says gets a line for each thing
 * removed. Nothing to do is fine. ERR_AGAIN when a run holds it. */
struct err *lab_clean(const char *dir, bool all, struct strv *says);

/* A daemon inside the lab: started through the supervisor, its output to dir/log/NAME.log. */
struct err *lab_daemon_start(struct lab *lab, const char *name, const struct spawn *s, int *id);
/* SIGTERM, then SIGKILL after grace_ns; returns when it is gone. */
struct err *lab_daemon_stop(struct lab *lab, int id, int64_t grace_ns);
/* The last lines of its log, for an error; appended. */
void lab_daemon_log(struct lab *lab, const char *name, struct str *out);
/* Serve a directory over HTTP on a port of loopback, for whoever runs on this machine, until the lab
 * closes. The directory may change meanwhile; links in it are followed. ERR_TOOL with the server's log
 * when it does not start. */
struct err *lab_serve(struct lab *lab, const char *dir, int *port_out);
/* Start the lab's caching proxy for packages that come over http, on a port of loopback, until the lab
 * closes; what it once got outlives the run, in LAB/keep/packages. *says: what it calls itself, new.
 * ERR_TOOL where it is not installed or does not start. */
struct err *lab_packages(struct lab *lab, int *port_out, char **says_out);
/* Wait until a TCP port or a Unix socket answers; ERR_TOOL with the daemon's log after limit_ns. */
struct err *lab_wait_socket(
	struct lab *lab, const char *daemon, const char *path, int64_t limit_ns);
/* Remove a tree inside the lab as the namespace sees it (subuids, mounts): through a helper that
 * runs there. */
struct err *lab_remove(struct lab *lab, const char *path);
/* A name for /tare/LABEL/NAME, made and in the ledger; removed by lab_close. NULL where no
 * cgroup can be had. */
struct err *lab_cgroup(struct lab *lab, const char *name, char **out);

/* Bytes that passed the relay since it started, counted at the client's side. */
struct relay_bytes {
	int64_t base_rx, base_tx; /* rx: registry to client */
	int64_t cache_rx, cache_tx;
	int64_t connections;
};
struct relay_bytes lab_relay_bytes(const struct lab *lab);
/* Change the link's shape from now on. */
struct err *lab_set_link(struct lab *lab, struct link link);

/* The digest of the manifest at 127.0.0.1:cache_port/REPO:TAG; "" when there is none. Not through
 * the relay, so not counted. */
struct err *lab_manifest_digest(
	struct lab *lab, const char *repo, const char *tag, char digest[DIGEST_SIZE]);
/* Socket of the registry itself, for image/ to read what was pushed, past the relay; read-only,
 * and it asks for no password. */
const char *lab_registry_socket(const struct lab *lab);

/* What a push added to a repository can be taken away again: mark notes what is linked there now
 * (none of a repository that is not there); trim removes tags, manifests and layers that are not
 * in the mark, so that the next push sends them again; forget removes it whole. Blobs that nothing
 * links go when the lab closes. No push to that repository may be under way. */
struct err *lab_repo_mark(const struct lab *lab, const char *repo, struct strv *out);
struct err *lab_repo_trim(const struct lab *lab, const char *repo, const struct strv *mark);
struct err *lab_repo_forget(const struct lab *lab, const char *repo);

/* One base, as it stands in the lab's registry. Docker Hub's have their own path there, so that the
 * port is a mirror of docker.io; all others have their registry before it ("gcr.io/distroless/cc",
 * the colon of a port becomes "__"), so that 127.0.0.1:base_port/gcr.io is a mirror of gcr.io:
 * BuildKit's mirrors and podman's registries.conf take such a path, dockerd knows only mirrors of
 * docker.io. A reference by digest is there under its digest, and as tag "sha256-HEX". */
struct base {
	char *ref;  /* as the Dockerfile names it: "python:3.13-slim" */
	char *repo; /* in the lab's registry: "library/python" */
	char *tag;
	char digest[DIGEST_SIZE];
	bool standin; /* assembled here, not upstream's */
	char *why;    /* of a stand-in: why upstream could not be reached; else NULL */
};
enum bases_from { BASES_AUTO, BASES_REAL, BASES_STANDIN };
/* Make sure that each ref is in the lab's registry, pinned; fills out (count of refs). AUTO keeps
 * what is pinned, the real image before a stand-in, and else asks upstream. `registry` is where to
 * copy from instead of each ref's own, REGISTRY/REPO as above; NULL: its own. ERR_TOOL when one can
 * be neither copied nor assembled, with both reasons. says: progress, a line each; may be NULL. */
struct err *lab_bases(struct lab *lab, const struct strv *refs, enum bases_from from,
	const char *registry, void (*says)(const char *line), struct base *out);
void base_done(struct base *b);
/* From now on the tag of a repository names this manifest, which is in it. */
struct err *lab_tag(struct lab *lab, const char *repo, const char *digest, const char *tag);

#endif
