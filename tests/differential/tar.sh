#!/usr/bin/env bash
# Our reader of tars against libarchive's, over what GNU tar writes in each of its formats, the layers of
# the field's cases, and what the fuzzer of images found (build-fuzz/corpus, where there is one).
#
#   tar.sh DIFFERENTIAL-TAR [MUTATIONS]
set -euo pipefail

program=$1 mutations=${2:-200}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/tars" "$work/tree/dir" "$work/cases"
(
	cd "$work/tree"
	echo text >file
	ln file dir/hard
	ln -s ../file dir/soft
	mkfifo dir/pipe
	: >"$(printf 'name-%0120d' 0)"
	mkdir -p "$(printf 'd%080d/e%080d/f%080d' 0 0 0)"
	printf x >'dir/nö name'
	chmod 4755 file
	touch -d '1969-12-31 23:00 UTC' dir
	truncate -s 300k sparse
	printf data | dd of=sparse bs=1 seek=100k conv=notrunc status=none
	for format in v7 oldgnu gnu ustar posix; do
		tar --format=$format --mtime=@1700000000.5 -cf "$work/tars/$format.tar" --numeric-owner . 2>/dev/null || true
	done
	tar --format=gnu --mtime=@1700000000 --sparse -cf "$work/tars/sparse-gnu.tar" sparse file
	for version in 0.0 0.1 1.0; do
		tar --format=posix --mtime=@1700000000 --sparse --sparse-version=$version -cf "$work/tars/sparse-$version.tar" sparse file
	done
)
python3 "$root/tests/data/cases/mk.py" "$root/tests/data/cases/images.json" "$work/cases" B1 B2 B4 C1 C2 C3 C4 C5 >/dev/null
n=0
while read -r file; do
	n=$((n + 1))
	case $(head -c 2 "$file" | od -An -tx1) in
	' 1f 8b') gzip -dc "$file" ;;
	' 28 b5') zstd -qdc "$file" ;;
	' 7b'*) continue ;;
	*) cat "$file" ;;
	esac >"$work/tars/case-$n.tar"
done < <(find "$work/cases" -type f -size -600k \( -name '*.tar' -o -path '*/blobs/*' \) | sort)
# a byte other than these begins an input that is a layer
if [[ -d $root/build-fuzz/corpus/image ]]; then
	while read -r file; do
		case $(head -c 1 "$file") in
		[adcpmjert]) ;;
		*) cp "$file" "$work/tars/fuzz-${file##*/}.tar" ;;
		esac
	done < <(find "$root/build-fuzz/corpus/image" -type f -size +0 | sort)
fi
find "$work/tars" \( -size +1000k -o -empty \) -delete # as a bomb is, and JSON
cd "$work/tars"
"$program" "$mutations" *.tar
