# A Go toolchain, and programs built with it from Go modules into $prefix. Sourced by ci/setup;
# needs say.sh, packages.sh, the pins of ci/versions, $prefix and $work.
# shellcheck shell=bash disable=SC2034,SC2154

# go_new_enough GO: whether that program is a Go from GO_MINIMUM on.
go_new_enough() {
	local version

	version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
	printf '%s\n' "$GO_MINIMUM" "${version#go}" | sort -C -V
}

# go_ready: $go is a Go to build with afterwards.
go_ready() {
	local found

	for found in "$(command -v go || true)" "$prefix/go/bin/go"; do
		if [[ -n $found ]] && go_new_enough "$found"; then
			go=$found
			return
		fi
	done
	go_fetch
	go=$prefix/go/bin/go
}

# Go distributes its toolchains as modules. Debian's Go is too old to switch to one by itself,
# but it fetches one like any module, from the proxy the machine is set up for, and says the
# sum, which is the one pinned.
go_fetch() {
	local arch module sum name old=$work/go-debian

	arch=$(dpkg --print-architecture)
	name=GO_SUM_$arch
	[[ -n ${!name-} ]] || fail 3 "no Go is pinned for $arch" "install Go $GO_MINIMUM or newer"
	say "fetching Go $GO_VERSION"
	packages_unpack "$old" "$UNPACK_GO"
	module=golang.org/toolchain@v0.0.1-go$GO_VERSION.linux-$arch
	(cd "$work" && quietly "$work/toolchain.json" env GOROOT="$(echo "$old"/usr/lib/go-*)" \
		GOFLAGS=-modcacherw GOPATH="$work/gopath" GOMODCACHE="$work/toolchain" \
		"$old"/usr/lib/go-*/bin/go mod download -json "$module")
	sum=$(sed -n 's/.*"Sum": "\(.*\)".*/\1/p' "$work/toolchain.json")
	[[ $sum == "${!name}" ]] ||
		fail 3 "Go $GO_VERSION has the sum $sum, not ${!name}" "find out why before anything is run"
	# a module's files have no execute bits
	chmod 755 "$work/toolchain/$module"/bin/* "$work/toolchain/$module"/pkg/tool/*/*
	rm -rf "$prefix/go"
	mv "$work/toolchain/$module" "$prefix/go"
}

# go_run ARGUMENT...: go, in the current directory, with caches of our own, out of the way of
# whoever else works here.
go_run() {
	nice env GOTOOLCHAIN=auto GOWORK=off GOFLAGS='-buildvcs=false -modcacherw' \
		CGO_ENABLED="${cgo:-0}" GOBIN="$work/bin" \
		GOMODCACHE="$prefix/cache/mod" GOCACHE="$prefix/cache/build" "$go" "$@"
}

# go_module NAME PACKAGE@VERSION...: an empty module in $work/NAME that requires these, at the
# versions of whatever else they ask for.
go_module() {
	local name=$1
	shift
	[[ ! -e $work/$name/go.mod ]] || return 0
	mkdir -p "$work/$name"
	(
		cd "$work/$name" || exit
		quietly "$work/$name.log" go_run mod init tare/engines
		quietly "$work/$name.log" go_run get -tool "$@"
	)
}

# go_install NAME FLAG... PACKAGE...: build into $work/bin, in the module NAME.
go_install() {
	local name=$1
	shift
	(cd "$work/$name" && quietly "$work/$name.log" go_run install -trimpath "$@")
}
