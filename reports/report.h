/* What a report shows, collected once: the runs that lead, their history, a comparison, and what is
 * new in them. Page, Markdown, plots, terminal and JSON only read it. */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include "reports/compare.h"
#include "reports/history.h"

enum report_of {
	REPORT_DATABASE,   /* the latest run of each scenario on a branch, against its history */
	REPORT_RUN,	   /* one run: the strategies within it */
	REPORT_COMPARISON, /* B against A */
};

enum news_kind { NEWS_LOSS, NEWS_FINDING, NEWS_GAIN };

/* One thing that is not as before, as a sentence. Text is encoded. */
struct news {
	enum news_kind kind;
	const char *word; /* "flag", "larger": of the design's words; static */
	double size;	  /* |log ratio|, for the order */
	char *where;	  /* "pip-order/copy-all, docker, store, source edit" */
	size_t others;	  /* cells beside it of which the same is told */
	char *text;	  /* what, by how much, with its interval, and which step or layer did it */
	char *proof;	  /* a command that measures it again, or NULL */
	const struct track *track; /* its evidence, or NULL */
	enum headline headline;
};

struct report {
	enum report_of of;
	struct run **runs;	    /* those that lead; owned */
	struct run_summary **leads; /* of them, newest first */
	size_t lead_count;
	struct run_summary **befores; /* of each lead's run before on the branch; NULL: none */
	struct run **before_runs;
	struct history history;
	struct compare compare; /* of a comparison: its pairs; else of exact metrics with befores */
	struct news *news;	/* worst first */
	size_t news_count, news_room;
	size_t watched; /* series that were looked at for news */
};

/* What to collect. Zeroes: the database, on the latest run's branch. */
struct report_ask {
	const struct run *run;	   /* this one alone; copied from the store, not kept */
	const struct run *against; /* with `run`: B, judged against A = run */
	const char *branch;	   /* NULL: the latest run's */
	size_t last;		   /* runs a series at most; 0: all */
};
/* ERR_INPUT for a branch without a finished run. A database without runs gives a report without
 * leads. */
struct err *report_load(struct store *st, const struct report_ask *ask, struct report *out);
/* Zeroes are fine. */
void report_done(struct report *r);

/* Fill c->courses: how long B's cells took up to B, by the history of B's run. */
void compare_courses(struct compare *c, const struct history *past);

/* A cell with its scenario and variant: "pip-order/copy-all, docker, store, source edit". */
void cell_name(struct str *s, const struct cell *c);
/* "6f1ed00", with a plus where files differ; "" where there is none. Encoded. */
void commit_name(struct str *s, const struct run *run);

/* A change point in words: "build.wall +12 % (95 %: +10 % to +14 %), +4.1 s, at 6f1ed00..9ab3c21,
 * …". */
void level_change_words(
	struct str *s, const struct track *t, const struct line *l, const struct change *c);

/* A command that builds two commits again in turns on one machine and compares them: what a flag or a
 * change point buys. It is to be typed where the run was; typed again, it adds to what it has. NULL
 * where the commits are not known or the same, or a name is none that a shell takes as it stands. */
char *proof_command(const struct track *t, const struct run *before, const struct run *after);

/* Read what is in the layers of the images that the page shows, and of those that changed: into the
 * typical samples' images. */
struct err *report_contents(struct store *st, struct report *r);
/* The cell of a table whose image is shown: the first that has one; NULL: none was read. */
const struct cell_sum *pictured_cell(const struct run_summary *rs, const struct sum_group *g);
/* What an image is shown against: that of the same cell in the run before, or in A; NULL: none. */
const struct cell_sum *pictured_before(const struct report *r, const struct cell_sum *c);

/* Parts of report_load: what is new in each lead, against its history; of a comparison. */
struct err *news_of_history(struct store *st, struct report *r);
void news_of_exact(struct report *r);
void news_of_compare(struct report *r);

#endif
