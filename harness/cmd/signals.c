#include "cmd/signals.h"

#include <signal.h>
#include <stddef.h>

static volatile int asked; /* a handler reaches nothing else */

static void on_signal(int number)
{
	asked = number;
}

const volatile int *signals_catch(void)
{
	const struct sigaction sa = { .sa_handler = on_signal };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	return &asked;
}
