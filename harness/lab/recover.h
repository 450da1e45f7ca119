/* Undoing what a killed run left, by its ledger. */
#ifndef LAB_RECOVER_H
#define LAB_RECOVER_H

#include "lab/lab.h"
#include "lab/ledger.h"

/* End the processes, remove the control groups that the ledger names and that are still the same;
 * unmount what is mounted below `dir` here, outside the lab's namespace. The ledger is empty then.
 * says, unless NULL, gets a line for each thing. */
struct err *recover(const char *dir, struct ledger *ledger, struct strv *says);
/* Remove what is of one run from the lab's directory, its log too with `log`: through the lab's
 * namespace when it stands (lab->sock), else here. */
struct err *recover_files(struct lab *lab, bool log, struct strv *says);

#endif
