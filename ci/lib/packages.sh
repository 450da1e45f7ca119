# Debian's packages: which are missing, and how they are installed without touching what is
# there. Sourced by ci/setup; needs say.sh and $work, a scratch directory.
# shellcheck shell=bash disable=SC2034,SC2154

policy=/usr/sbin/policy-rc.d
policy_mark='# written by ci/setup of tare, for as long as it installs'

# packages_missing [PROGRAM:]PACKAGE...: the packages that would have to be installed.
packages_missing() {
	local pair state name names=()
	local -A here=()

	for pair; do
		case $pair in
		*:*) command -v "${pair%%:*}" >/dev/null || printf '%s\n' "${pair#*:}" ;;
		*) names+=("$pair") ;;
		esac
	done
	[[ ${#names[@]} -gt 0 ]] || return 0
	while read -r state name; do
		[[ $state != installed ]] || here[$name]=1
	done < <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${names[@]}" 2>/dev/null || true)
	for name in "${names[@]}"; do
		[[ -n ${here[$name]-} ]] || printf '%s\n' "$name"
	done
}

# From here to policy_end no postinst starts a daemon. The machine's own policy is put aside,
# and put back by the next run if this one is killed.
policy_begin() {
	policy_end
	[[ ! -e $policy ]] || mv "$policy" "$policy.tare"
	printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" >"$policy.new"
	chmod 755 "$policy.new"
	mv "$policy.new" "$policy"
}

policy_end() {
	if [[ -e $policy.tare ]]; then
		mv -f "$policy.tare" "$policy"
	elif grep -qsF "$policy_mark" "$policy"; then
		rm -f "$policy"
	fi
}

apt() {
	DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -q -y \
		-o DPkg::Lock::Timeout=400 -o APT::Sandbox::User=root "$@"
}

# apt_with_lists ARGUMENT...: an image often has no package lists, or old ones, and only a
# failure tells; one update then has to do.
apt_with_lists() {
	apt "$@" </dev/null >"$work/apt.log" 2>&1 && return
	say "reading the package lists"
	apt update </dev/null >"$work/update.log" 2>&1 ||
		say "some package lists could not be read; going on without them"
	quietly "$work/apt.log" apt "$@"
}

# packages_install PACKAGE...: nothing installed is removed for it (apt gives up instead), and
# what starts at boot does not stay enabled.
packages_install() {
	local package unit

	policy_begin
	apt_with_lists install --no-install-recommends --no-upgrade --no-remove "$@" || {
		policy_end
		fail 3 "apt could not install: $*" "mend what apt says above, and run ci/setup again"
	}
	policy_end
	for package; do
		while IFS= read -r unit; do
			# it asks on whose behalf it is called
			DPKG_MAINTSCRIPT_PACKAGE=$package deb-systemd-helper disable "${unit##*/}" \
				>/dev/null 2>&1 || true
		done < <(dpkg-query -L "$package" |
			grep -E '/systemd/system/[^/@]+\.(service|socket|timer|path)$' || true)
	done
}

# packages_unpack DIR PACKAGE...: Debian's files below DIR, with nothing installed or run.
packages_unpack() {
	local dir=$1 deb
	shift
	mkdir -p "$work/debs" "$dir"
	(cd "$work/debs" && apt_with_lists download "$@")
	for deb in "$work"/debs/*.deb; do
		dpkg-deb -x "$deb" "$dir"
		rm -f "$deb"
	done
}
