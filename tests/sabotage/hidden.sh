#!/usr/bin/env bash
# What is shipped can make no deliberate mistake: neither the code nor its names are in it. Debugging
# sections are not looked at, which know the words of the header.
set -u

failed=0
words='sabotage|TARE_SKIP_CHECK'

holds() { # FILE: it has a symbol or a string of the hooks
	nm "$1" | grep -Eqi "$words" || strings --data "$1" | grep -Eqi "$words"
}

if holds "$TARE"; then
	echo "not ok 1 - tare holds hooks of the sabotage suite"
	failed=1
else
	echo "ok 1 - tare holds no hook of the sabotage suite"
fi
if holds "$SABOTAGED"; then
	echo "ok 2 - tare-sabotaged does, so that this test can fail"
else
	echo "not ok 2 - tare-sabotaged holds none either"
	failed=1
fi
echo "1..2"
exit $failed
