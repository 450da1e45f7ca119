#include "lab/secret.h"

#include <crypt.h>
#include <jansson.h>
#include <openssl/evp.h>

#include "base/file.h"
#include "base/random.h"

#define BCRYPT_COST	4 /* the least there is: a random password needs no slow hash */
#define PASSWORD_DIGITS 40

void secret_make(char **user_out, char **password_out)
{
	char password[PASSWORD_DIGITS + 1];

	random_hex(password, PASSWORD_DIGITS);
	*user_out = xstrdup("tare");
	*password_out = xstrdup(password);
}

struct err *secret_htpasswd(const char *path, const char *user, const char *password)
{
	_cleanup_(freep) struct crypt_data *data = xcalloc(1, sizeof(*data));
	_cleanup_(freep) char *line = NULL;
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *hash = NULL;

	if (crypt_gensalt_rn("$2b$", BCRYPT_COST, NULL, 0, setting, sizeof(setting)))
		hash = crypt_rn(password, setting, data, sizeof(*data));
	if (!hash)
		return err_new(ERR_TOOL, "libcrypt has no bcrypt");
	line = xasprintf("%s:%s\n", user, hash);
	return file_replace(path, 0600, line, strlen(line));
}

struct err *secret_authfile(
	const char *path, const char *registry, const char *user, const char *password)
{
	_cleanup_(freep) char *plain = xasprintf("%s:%s", user, password);
	_cleanup_(freep) char *auth = xcalloc(4 * (strlen(plain) / 3 + 1) + 1, 1);
	_cleanup_(freep) char *text = NULL;
	json_t *doc;

	EVP_EncodeBlock((unsigned char *)auth, (const unsigned char *)plain, (int)strlen(plain));
	doc = json_pack("{s:{s:{s:s}}}", "auths", registry, "auth", auth);
	text = json_dumps(doc, JSON_COMPACT);
	json_decref(doc);
	return file_replace(path, 0600, text, strlen(text));
}
