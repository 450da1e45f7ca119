/* Included by every translation unit (meson: -include): what is unsafe does not compile. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison system popen strcpy strcat sprintf vsprintf strncat atoi atol atof gets tmpnam
#pragma GCC poison mktemp asctime ctime localtime strtok

#endif
