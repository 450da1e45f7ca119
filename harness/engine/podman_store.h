/* What a store of podman holds, read from the files that containers/storage keeps of it: a command
 * of podman would cost more than all checks of a sample. Formats: images.json and layers.json of
 * github.com/containers/storage, the same from podman 3 to 5. */
#ifndef ENGINE_PODMAN_STORE_H
#define ENGINE_PODMAN_STORE_H

#include "model/run.h"

/* Images and layers in the store at `graph` (--root); one that is not there yet holds none. */
struct err *podman_store_things(const char *graph, int64_t *out);
/* Add to s one input for each digest that the store knows the image `ref` by, a name as a Dockerfile
 * has it: of its manifest, and of the index that it was chosen from. None when no build pulled it. */
struct err *podman_store_inputs(const char *graph, const char *ref, struct sample *s);

#endif
