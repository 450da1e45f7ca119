# The engines that get a directory of their own in $prefix/engines, with the programs flat in
# it. Sourced by ci/setup; needs say.sh, packages.sh, go.sh and what those need.
# shellcheck shell=bash disable=SC2034,SC2154

# What each engine's directory holds; the first names the engine.
programs_docker_20_10='dockerd docker containerd containerd-shim containerd-shim-runc-v2 ctr
	runc docker-init docker-proxy'
programs_docker_current='dockerd docker cli-plugins/docker-buildx containerd
	containerd-shim-runc-v2 ctr runc docker-init docker-proxy'
programs_buildkit='buildkitd buildctl runc buildkit-runc'

# The pins an engine was made from: it is made again when they change, and only then.
pins_docker_20_10="$UNPACK_DOCKER"
pins_docker_current="$MOBY_VERSION $DOCKER_VERSION $DOCKER_CLI_VERSION $BUILDX_VERSION \
$BUILDKIT_VERSION $CONTAINERD_VERSION $RUNC_VERSION"
pins_buildkit="$BUILDKIT_VERSION $BUILDX_VERSION $MOBY_VERSION $RUNC_VERSION"

# engine_here NAME: whether it is whole, and made from today's pins.
engine_here() {
	local dir=$prefix/engines/$1 id=${1//[-.]/_} program
	local programs=programs_$id pins=pins_$id

	[[ -r $dir/.pins && $(<"$dir/.pins") == "${!pins}" ]] || return 1
	for program in ${!programs}; do
		[[ -x $dir/$program ]] || return 1
	done
}

# engine_keep NAME: what stands in $work/NAME becomes the engine, at once; a daemon that runs
# from the old directory keeps its files.
engine_keep() {
	local dir=$prefix/engines/$1 id=${1//[-.]/_}
	local pins=pins_$id

	chmod -R u=rwX,go=rX "$work/$1"
	printf '%s\n' "${!pins}" >"$work/$1/.pins"
	mkdir -p "$prefix/engines"
	rm -rf "$dir.old"
	[[ ! -e $dir ]] || mv "$dir" "$dir.old"
	mv "$work/$1" "$dir"
	rm -rf "$dir.old"
}

engine_make_docker_20_10() {
	local program from out=$work/docker-20.10

	say "unpacking Debian's docker beside what is installed"
	# shellcheck disable=SC2086
	packages_unpack "$work/debian" $UNPACK_DOCKER
	mkdir -p "$out"
	for program in $programs_docker_20_10; do
		from=$work/debian/usr/sbin/$program
		[[ -e $from ]] || from=$work/debian/usr/bin/$program
		cp -L "$from" "$out/"
	done
	engine_keep docker-20.10
}

# One module for all that shares BuildKit's code, whichever engines are asked for: the versions
# of the common parts, and so the programs, are then always the same.
engine_module() {
	go_ready
	[[ -e $work/tools/go.mod ]] || say "fetching the sources of BuildKit, buildx and dockerd"
	go_module tools \
		"github.com/moby/buildkit/cmd/buildkitd@$BUILDKIT_VERSION" \
		"github.com/moby/buildkit/cmd/buildctl@$BUILDKIT_VERSION" \
		"github.com/docker/buildx/cmd/buildx@$BUILDX_VERSION" \
		"github.com/moby/moby/v2/cmd/dockerd@$MOBY_VERSION"
}

# engine_go PACKAGE...: those programs of that module. Without -X they don't know their version.
engine_go() {
	go_install tools -ldflags "-s -w
		-X github.com/moby/buildkit/version.Version=$BUILDKIT_VERSION
		-X github.com/docker/buildx/version.Version=$BUILDX_VERSION
		-X github.com/moby/moby/v2/dockerversion.Version=$DOCKER_VERSION" "$@"
}

engine_runc() {
	[[ ! -e $work/bin/runc ]] || return 0
	say "building runc $RUNC_VERSION"
	go_module runc "github.com/opencontainers/runc@$RUNC_VERSION"
	# without seccomp every RUN fails under buildkitd
	cgo=1 go_install runc -tags seccomp -ldflags '-s -w' github.com/opencontainers/runc
}

# The CLI's releases carry no go.mod, so as a dependency it would be compiled as Go 1.16, which
# it no longer is. Its vendor.mod is a go.mod in all but name.
engine_docker_cli() {
	local cli=github.com/docker/cli source

	say "building the docker CLI $DOCKER_CLI_VERSION"
	mkdir -p "$work/fetch"
	(cd "$work/fetch" && quietly "$work/cli.json" \
		go_run mod download -json "$cli@$DOCKER_CLI_VERSION+incompatible")
	source=$(sed -n 's/.*"Dir": "\(.*\)".*/\1/p' "$work/cli.json")
	cp -r --no-preserve=mode "$source" "$work/cli"
	mv "$work/cli/vendor.mod" "$work/cli/go.mod"
	mv "$work/cli/vendor.sum" "$work/cli/go.sum"
	go_install cli -mod=mod \
		-ldflags "-s -w -X $cli/cli/version.Version=${DOCKER_CLI_VERSION#v}" ./cmd/docker
}

engine_make_docker_current() {
	local out=$work/docker-current

	engine_module
	say "building dockerd $MOBY_VERSION and buildx $BUILDX_VERSION (about 3 minutes)"
	# docker-proxy: without it on its PATH the daemon does not start
	engine_go github.com/moby/moby/v2/cmd/{dockerd,docker-proxy} github.com/docker/buildx/cmd/buildx
	engine_docker_cli
	say "building containerd $CONTAINERD_VERSION"
	go_module containerd \
		"github.com/containerd/containerd/v2/cmd/containerd@$CONTAINERD_VERSION"
	# it is never asked for Kubernetes' interface
	go_install containerd -tags no_cri \
		-ldflags "-s -w -X github.com/containerd/containerd/v2/version.Version=$CONTAINERD_VERSION" \
		github.com/containerd/containerd/v2/cmd/containerd{,-shim-runc-v2} \
		github.com/containerd/containerd/v2/cmd/ctr
	engine_runc
	mkdir -p "$out/cli-plugins"
	cp "$work"/bin/{dockerd,docker,docker-proxy,containerd,containerd-shim-runc-v2,ctr,runc} "$out/"
	cp "$work/bin/buildx" "$out/cli-plugins/docker-buildx"
	cp "$prefix/engines/docker-20.10/docker-init" "$out/"
	engine_keep docker-current
}

engine_make_buildkit() {
	local out=$work/buildkit

	engine_module
	say "building buildkitd and buildctl $BUILDKIT_VERSION (about 2 minutes)"
	engine_go github.com/moby/buildkit/cmd/buildkitd github.com/moby/buildkit/cmd/buildctl
	engine_runc
	mkdir -p "$out"
	cp "$work"/bin/{buildkitd,buildctl,runc} "$out/"
	ln "$out/runc" "$out/buildkit-runc"     # the name buildkitd tries first
	engine_keep buildkit
}
