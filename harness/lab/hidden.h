/* Hidden subcommands: what tare starts itself as. main.c dispatches them, and so does the main of
 * every test that opens a lab, so that /proc/self/exe serves both. Each returns an exit code. */
#ifndef LAB_HIDDEN_H
#define LAB_HIDDEN_H

#include <stdbool.h>

/* supervise DIR root|user: make the lab's namespaces, then serve spawn requests on descriptor 3
 * until its other end closes. */
int lab_supervise(int argc, char **argv);
/* remove-tree DIR PATH: unmount what lies at or below PATH, which is below DIR, and remove it. */
int lab_remove_tree(int argc, char **argv);
/* relay FILE BASE-PORT BASE-SOCKET CACHE-PORT CACHE-SOCKET: carry bytes between two loopback ports
 * and the registry's two Unix sockets until killed. FILE is a struct relay_shared. */
int relay_main(int argc, char **argv);

/* If argv[1] names a hidden subcommand, run it and say its exit code: true then. */
bool lab_hidden(int argc, char **argv, int *code);

#endif
