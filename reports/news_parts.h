/* Private to the news. */
#ifndef REPORTS_NEWS_PARTS_H
#define REPORTS_NEWS_PARTS_H

#include "reports/figure.h"
#include "reports/report.h"

/* A new item, to be filled in. */
struct news *news_add(struct report *r, enum news_kind kind, const char *word, double size);

#endif
