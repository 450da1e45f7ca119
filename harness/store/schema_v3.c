/* Version 3 of the schema: what is in an image's layers. The two tables that it replaces were never
 * written: an image's largest files are others in each of a hundred builds, a layer's are not. */
#include "store/schema.h"

const char schema_v3[] =
	"DROP TABLE image_package;\n"
	"DROP TABLE image_path;\n"
	"CREATE TABLE layer_content (\n" /* key: over its packages and paths */
	"  id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE) STRICT;\n"
	"CREATE TABLE image_package (\n" /* bytes and files: of its files in that layer */
	"  layer_content INTEGER NOT NULL REFERENCES layer_content, place INTEGER NOT NULL,\n"
	"  manager TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL,\n"
	"  size_bytes INTEGER NOT NULL, files INTEGER NOT NULL,\n"
	"  PRIMARY KEY (layer_content, place)) STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE image_path (\n" /* the largest files; package: its place; hidden: not seen */
	"  layer_content INTEGER NOT NULL REFERENCES layer_content, place INTEGER NOT NULL,\n"
	"  path TEXT NOT NULL, size_bytes INTEGER NOT NULL, package INTEGER,\n"
	"  hidden INTEGER NOT NULL, PRIMARY KEY (layer_content, place)) STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE layer_view (\n" /* of all its regular files, and of those that are not seen */
	"  id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, made_by TEXT,\n"
	"  size_bytes INTEGER NOT NULL, files INTEGER NOT NULL, hidden_bytes INTEGER NOT NULL,\n"
	"  layer_content INTEGER REFERENCES layer_content) STRICT;\n"
	"ALTER TABLE image_layer ADD COLUMN layer_view INTEGER REFERENCES layer_view;\n";
