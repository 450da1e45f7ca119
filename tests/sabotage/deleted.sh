#!/usr/bin/env bash
# Whoever deletes a check learns of it: without any one of them its own rows in tests/unit/checks.c
# fail. TEST_CHECKS is that test, CHECKS the header that lists them.
set -u

failed=0
count=0
mapfile -t names < <(sed -n 's/^\tX([A-Z_]*, [A-Z]*, "\([a-z-]*\)".*/\1/p' "$CHECKS")

say() { # 0|1 TITLE: the line of a test
	count=$((count + 1))
	[ "$1" -eq 0 ] && echo "ok $count - $2" && return
	echo "not ok $count - $2"
	failed=$((failed + 1))
}

"$TEST_CHECKS" >/dev/null 2>&1
say $? "with every check all rows hold"
[ ${#names[@]} -eq "$(grep -c '^	X(' "$CHECKS")" ] && [ ${#names[@]} -gt 0 ]
say $? "all checks of the table are known here by name: ${#names[@]}"

for name in "${names[@]}"; do
	TARE_SKIP_CHECK=$name ASAN_OPTIONS=detect_leaks=0 "$TEST_CHECKS" 2>&1 |
		grep -q "$name: silent, not "
	say $? "without $name its rows fail"
done

echo "1..$count"
exit $((failed > 0))
