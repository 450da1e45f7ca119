/* Version 2 of the schema: what a run that was built until decided has decided. */
#include "store/schema.h"

const char schema_v2[] =
	"CREATE TABLE decision (\n" /* b against a, by the wall time; the interval's level: 1 - alpha */
	"  run INTEGER NOT NULL REFERENCES run, place INTEGER NOT NULL,\n"
	"  a INTEGER NOT NULL REFERENCES cell, b INTEGER NOT NULL REFERENCES cell,\n"
	"  alpha REAL NOT NULL, verdict TEXT NOT NULL, pairs INTEGER NOT NULL,\n"
	"  PRIMARY KEY (run, place)) STRICT, WITHOUT ROWID;\n";
