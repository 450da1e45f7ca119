/* Version 1 of the schema. Released: never changed, only followed by a next version.
 * Words (state, kind, status, ...) are those of the command line; times are ns since the epoch or
 * since the build was spawned; digests are the bytes of a SHA-256; NULL is unknown. */
#include "store/schema.h"

const char schema_v1[] =
	/* dimensions: a row once, whatever many samples use it */
	"CREATE TABLE metric (\n"
	"  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, unit TEXT NOT NULL,\n"
	"  better TEXT NOT NULL, kind TEXT NOT NULL) STRICT;\n"
	"CREATE TABLE check_def (\n" /* id: the bit in sample.checks_made and checks_failed */
	"  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, class TEXT NOT NULL,\n"
	"  text TEXT NOT NULL) STRICT;\n"
	"CREATE TABLE phrase (\n" /* texts that repeat: reasons, media types */
	"  id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;\n"
	"CREATE TABLE fact_set (\n" /* an environment, or what is known of an engine */
	"  id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE) STRICT;\n"
	"CREATE TABLE fact (\n"
	"  fact_set INTEGER NOT NULL REFERENCES fact_set, key TEXT NOT NULL, value TEXT NOT NULL,\n"
	"  PRIMARY KEY (fact_set, key)) STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE scenario (\n"
	"  id INTEGER PRIMARY KEY, project TEXT NOT NULL, name TEXT NOT NULL,\n"
	"  UNIQUE (project, name)) STRICT;\n"
	"CREATE TABLE variant (\n"
	"  id INTEGER PRIMARY KEY, scenario INTEGER NOT NULL REFERENCES scenario,\n"
	"  name TEXT NOT NULL, UNIQUE (scenario, name)) STRICT;\n"
	"CREATE TABLE cell (\n"
	"  id INTEGER PRIMARY KEY, variant INTEGER NOT NULL REFERENCES variant,\n"
	"  engine TEXT NOT NULL, cache TEXT NOT NULL, depth TEXT NOT NULL, state TEXT NOT NULL,\n"
	"  edit TEXT NOT NULL, output TEXT NOT NULL,\n"
	"  link_rtt_ns INTEGER NOT NULL, link_rate_bytes_s INTEGER NOT NULL,\n"
	"  UNIQUE (variant, engine, cache, depth, state, edit, output, link_rtt_ns,\n"
	"    link_rate_bytes_s)) STRICT;\n"
	"CREATE TABLE step_def (\n" /* key: over all that follows */
	"  id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, stage INTEGER NOT NULL,\n"
	"  place INTEGER NOT NULL, line INTEGER NOT NULL, position INTEGER NOT NULL,\n"
	"  total INTEGER NOT NULL, stage_name TEXT, text TEXT) STRICT;\n"
	"CREATE TABLE step_parent (\n" /* what a step is built on or copies from */
	"  step_def INTEGER NOT NULL REFERENCES step_def,\n"
	"  parent INTEGER NOT NULL REFERENCES step_def,\n"
	"  PRIMARY KEY (step_def, parent)) STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE input_set (\n" /* what builds resolved: key over the inputs of one */
	"  id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE) STRICT;\n"
	"CREATE TABLE input (\n" /* a base, frontend or imported cache */
	"  input_set INTEGER NOT NULL REFERENCES input_set, place INTEGER NOT NULL,\n"
	"  ref TEXT NOT NULL, digest BLOB, standin INTEGER NOT NULL,\n"
	"  PRIMARY KEY (input_set, place)) STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE arg (\n"
	"  id INTEGER PRIMARY KEY, name TEXT NOT NULL, value TEXT,\n"
	"  UNIQUE (name, value)) STRICT;\n"

	/* manifests: one without a parent holds every entry, others the differences to theirs */
	"CREATE TABLE manifest (\n"
	"  id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE,\n"
	"  variant INTEGER NOT NULL REFERENCES variant, parent INTEGER REFERENCES manifest,\n"
	"  depth INTEGER NOT NULL,\n"  /* steps to the one without a parent */
	"  base INTEGER NOT NULL) STRICT;\n" /* 1: others may be stored as differences to it */
	"CREATE INDEX manifest_base ON manifest (variant) WHERE base = 1;\n"
	"CREATE TABLE manifest_entry (\n" /* mode NULL: the parent's entry is gone */
	"  manifest INTEGER NOT NULL REFERENCES manifest, path TEXT NOT NULL, mode INTEGER,\n"
	"  uid INTEGER, gid INTEGER, size_bytes INTEGER, digest BLOB,\n"
	"  PRIMARY KEY (manifest, path)) STRICT, WITHOUT ROWID;\n"

	/* images: once a digest */
	"CREATE TABLE image (\n"
	"  id INTEGER PRIMARY KEY, digest BLOB, config BLOB, compressed_bytes INTEGER,\n"
	"  size_bytes INTEGER) STRICT;\n"
	"CREATE INDEX image_config ON image (config, digest);\n"
	"CREATE TABLE image_layer (\n" /* no digest: the engine keeps no manifest */
	"  image INTEGER NOT NULL REFERENCES image, place INTEGER NOT NULL, digest BLOB,\n"
	"  size_bytes INTEGER, media_type INTEGER REFERENCES phrase, diff_id BLOB,\n"
	"  PRIMARY KEY (image, place)) STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE image_package (\n"
	"  image INTEGER NOT NULL REFERENCES image, manager TEXT NOT NULL, name TEXT NOT NULL,\n"
	"  version TEXT NOT NULL, size_bytes INTEGER, files INTEGER, layer INTEGER,\n"
	"  PRIMARY KEY (image, manager, name, version)) STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE image_path (\n" /* the largest; path '' is the sum of the rest */
	"  image INTEGER NOT NULL REFERENCES image, path TEXT NOT NULL, kind TEXT NOT NULL,\n"
	"  size_bytes INTEGER NOT NULL, files INTEGER NOT NULL,\n"
	"  PRIMARY KEY (image, path, kind)) STRICT, WITHOUT ROWID;\n"

	/* runs */
	"CREATE TABLE run (\n"
	"  id INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),\n"
	"  start_unix_ns INTEGER NOT NULL, end_unix_ns INTEGER,\n" /* no end: mutable */
	"  project TEXT, commit_id TEXT, merge_base TEXT, branch TEXT, ci_job TEXT, tag TEXT,\n"
	"  dirty INTEGER NOT NULL, version TEXT, command TEXT, seed INTEGER NOT NULL,\n"
	"  environment INTEGER NOT NULL REFERENCES fact_set) STRICT;\n"
	"CREATE INDEX run_start ON run (start_unix_ns);\n"
	"CREATE INDEX run_name ON run (lower(hex(substr(uuid, 11))));\n"
	"CREATE TABLE run_plan (\n"
	"  run INTEGER PRIMARY KEY REFERENCES run, json TEXT NOT NULL) STRICT;\n"
	"CREATE TABLE run_engine (\n"
	"  run INTEGER NOT NULL REFERENCES run, place INTEGER NOT NULL, engine TEXT NOT NULL,\n"
	"  version TEXT, storage_driver TEXT, network TEXT, rootless INTEGER NOT NULL,\n"
	"  more INTEGER NOT NULL REFERENCES fact_set,\n"
	"  PRIMARY KEY (run, place)) STRICT, WITHOUT ROWID;\n"
	/* the run's start again: a cell's trend is read newest first along this key */
	"CREATE TABLE run_cell (\n"
	"  cell INTEGER NOT NULL REFERENCES cell, start_unix_ns INTEGER NOT NULL,\n"
	"  run INTEGER NOT NULL REFERENCES run, place INTEGER NOT NULL,\n"
	"  unsupported INTEGER REFERENCES phrase,\n"
	"  PRIMARY KEY (cell, start_unix_ns, run)) STRICT, WITHOUT ROWID;\n"
	"CREATE UNIQUE INDEX run_cell_run ON run_cell (run, cell);\n"
	"CREATE TABLE summary (\n" /* of a finished run; median NULL: it falls on a time-out */
	"  cell INTEGER NOT NULL REFERENCES cell, run INTEGER NOT NULL REFERENCES run,\n"
	"  metric INTEGER NOT NULL REFERENCES metric, n INTEGER NOT NULL, median REAL,\n"
	"  low REAL NOT NULL, high REAL NOT NULL,\n"
	"  PRIMARY KEY (cell, run, metric)) STRICT, WITHOUT ROWID;\n"

	/* samples: narrow, in the order they were made */
	"CREATE TABLE sample (\n"
	"  id INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cell,\n"
	"  run INTEGER NOT NULL REFERENCES run, kind TEXT NOT NULL, arm INTEGER NOT NULL,\n"
	"  shard INTEGER NOT NULL DEFAULT 0, block INTEGER NOT NULL, ordinal INTEGER NOT NULL,\n"
	"  status TEXT NOT NULL, exit_code INTEGER NOT NULL, start_unix_ns INTEGER NOT NULL,\n"
	"  prime INTEGER REFERENCES sample, revision TEXT, import_digest BLOB,\n"
	"  export_digest BLOB, checks_made INTEGER NOT NULL, checks_failed INTEGER NOT NULL,\n"
	"  structured INTEGER NOT NULL, standin INTEGER NOT NULL,\n"
	"  manifest INTEGER REFERENCES manifest, image INTEGER REFERENCES image,\n"
	"  input_set INTEGER REFERENCES input_set) STRICT;\n"
	"CREATE INDEX sample_cell ON sample (cell, run);\n"
	"CREATE TABLE sample_text (\n"
	"  sample INTEGER PRIMARY KEY REFERENCES sample, token TEXT, change TEXT, command TEXT,\n"
	"  failure TEXT, import_ref TEXT, import_told TEXT, export_told TEXT,\n"
	"  log_tail TEXT) STRICT;\n"
	"CREATE TABLE value (\n"
	"  sample INTEGER NOT NULL REFERENCES sample, metric INTEGER NOT NULL REFERENCES metric,\n"
	"  v REAL NOT NULL, PRIMARY KEY (sample, metric)) STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE absent (\n"
	"  cell INTEGER NOT NULL REFERENCES cell, run INTEGER NOT NULL REFERENCES run,\n"
	"  metric INTEGER NOT NULL REFERENCES metric,\n"
	"  reason INTEGER NOT NULL REFERENCES phrase,\n"
	"  PRIMARY KEY (cell, run, metric, reason)) STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE step (\n"
	"  sample INTEGER NOT NULL REFERENCES sample, place INTEGER NOT NULL,\n"
	"  step_def INTEGER NOT NULL REFERENCES step_def, start_ns INTEGER, end_ns INTEGER,\n"
	"  cached INTEGER NOT NULL, failed INTEGER NOT NULL, ambiguous INTEGER NOT NULL,\n"
	"  clipped INTEGER NOT NULL, exit_code INTEGER, error TEXT,\n"
	"  PRIMARY KEY (sample, place)) STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE phase (\n" /* only where it failed, or differs from the value of its metric */
	"  sample INTEGER NOT NULL REFERENCES sample, phase TEXT NOT NULL, ns INTEGER,\n"
	"  error TEXT, PRIMARY KEY (sample, phase)) STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE check_fail (\n"
	"  sample INTEGER NOT NULL REFERENCES sample, place INTEGER NOT NULL,\n"
	"  check_def INTEGER NOT NULL REFERENCES check_def, detail TEXT,\n"
	"  PRIMARY KEY (sample, place)) STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE sample_arg (\n"
	"  sample INTEGER NOT NULL REFERENCES sample, arg INTEGER NOT NULL REFERENCES arg,\n"
	"  PRIMARY KEY (sample, arg)) STRICT, WITHOUT ROWID;\n";
