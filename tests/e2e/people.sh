#!/usr/bin/env bash
# Who runs it and where: at a terminal, in a log, without root; and the page and plots they look at.
. "$(dirname "$0")/lib.sh"

user=tare-e2e-user

# as_user COMMAND...: as somebody with subordinate ids and a home of their own
as_user() {
	runuser -u $user -- env -i PATH="$PATH" HOME="/home/$user" LC_ALL=C.UTF-8 COLUMNS=80 \
		TARE_SCENARIOS="$SCENARIOS" TARE_PREFIX="$PREFIX" "$@"
}

make_user() {
	id $user >/dev/null 2>&1 || useradd --create-home $user
	grep -q "^$user:" /etc/subuid || usermod --add-subuids 500000-565535 --add-subgids 500000-565535 $user
	install -m 0755 "$TARE" "/home/$user/tare" && cp -r tiny "/home/$user/" && chown -R $user "/home/$user"
}

remove_user() {
	pkill -KILL -u $user
	userdel --remove $user >/dev/null 2>&1
	return 0
}

test_that 'an ordinary user builds with podman, and nothing of it stays' '
	given tiny && make_user && cd /home/$user &&
	exits 0 as_user ./tare run tiny --engine podman --samples 1 >out 2>err && has out podman store source &&
	! pgrep -u $user && ! grep -F "/home/$user" /proc/mounts
'
test_that 'and with docker 20.10 and buildkit, daemons of their own' '
	cd /home/$user &&
	exits 0 as_user ./tare run tiny --engine docker@$PREFIX/engines/docker-20.10,buildkit@$PREFIX/engines/buildkit \
		--cache none,store --edit source --samples 1 >out 2>err && has out docker@20.10 buildkit rootless &&
	! pgrep -u $user && ! grep -F "/home/$user" /proc/mounts
'
remove_user

test_that 'at a terminal one line is rewritten, with the time that is left' '
	given tiny &&
	script -qec "COLUMNS=100 TERM=xterm $TARE run tiny --engine podman --samples 1 --db x.db" typed >/dev/null &&
	has typed "podman  store  prime" " left" "Saved as run" && grep -q "$(printf "\033\[K")" typed
'

test_that 'in a log there is a plain line for each build, and no control character' '
	given tiny && exits 0 tare run tiny --engine podman --samples 1 --db x.db >out 2>err &&
	has err "1/5  podman" "5/5  podman" && ! grep -qP "[\x00-\x08\x0b-\x1f]" out err
'

test_that 'quiet says nothing but the table' '
	given tiny && exits 0 tare run tiny --engine podman --samples 1 --state cold --cache none -q >out 2>err &&
	[ ! -s err ] && has out podman
'

test_that 'the page asks for nothing beyond itself, and the plots are drawn' '
	given tiny && exits 0 tare run tiny --engine podman --samples 1 -q >out &&
	exits 0 tare report --html page.html --plots plots 2>err && has err page.html plots &&
	has page.html "default-src '"'none'"'" "<svg" tiny &&
	! grep -qE "(src|href)=\"?(https?:)?//" page.html &&
	for f in matrix trend; do
		head -c 8 plots/$f.png | grep -q PNG && head -c 200 plots/$f.svg | grep -q "<svg\|<?xml" || exit 1
	done
'

test_that 'the table fits 80 columns and uses 200' '
	given tiny && exits 0 tare run tiny --engine podman --samples 1 -q >out &&
	COLUMNS=80 tare show >narrow && COLUMNS=200 tare show >wide &&
	! grep -qE "^.{81,}" narrow && has wide mem.peak && hasnt narrow mem.peak
'

test_that 'what was measured before tells how long it will take' '
	given tiny && exits 0 tare run tiny --engine podman --samples 1 -q >out &&
	exits 0 tare plan tiny --engine podman --samples 1 >planned && has planned "5 builds, about"
'
