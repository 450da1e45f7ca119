/* The lab's secret: who may write to its registry. Files of it are 0600; it stands in no argv. */
#ifndef LAB_SECRET_H
#define LAB_SECRET_H

#include "base/str.h"

/* A user and a password, both new. */
void secret_make(char **user_out, char **password_out);
/* An htpasswd file for it: bcrypt at cost 4, for it is asked at each request. */
struct err *secret_htpasswd(const char *path, const char *user, const char *password);
/* A containers-auth.json (also docker's config.json) that holds it for one registry. */
struct err *secret_authfile(
	const char *path, const char *registry, const char *user, const char *password);

#endif
