#!/usr/bin/env bash
# Twenty runs without a mistake: no check flags anything in any sample of them.
. "$(dirname "$0")/lib.sh"

for name in podman docker-20.10 docker-current buildkit; do
	on $name
	[ $name = docker-20.10 ] && pushed=small || pushed=zstd # 20.10 cannot be told a compression
	clean 'cold, warm, and after a source edit' small --samples 1
	clean 'after a deps and a mode edit' small --samples 1 --cache store --state warm --edit deps,mode
	clean 'every cache mode, pushed' small --samples 1 --cache all --edit source
	clean 'what is pushed' "$pushed" --samples 1 --cache none --output push
	clean 'cache mounts, fresh for each sample' mount --samples 2 --cache none,store --edit source
done
