#!/usr/bin/env bash
# The same mistakes where other engines show them: what BuildKit tells, and its cache modes.
. "$(dirname "$0")/lib.sh"

cold='--samples 1 --state cold --cache none --budget 300ms'
warm='--samples 1 --state warm'

for name in docker-current docker-20.10 buildkit; do
	on $name
	flagged 'a cold build with a warm base' warm-base store-empty void 7 small $cold
	flagged 'a second build shares the store' second-build cold-executed void 7 small $cold
	flagged 'the clock was set back in the log' log-backwards log-ordered void 7 small $cold
	flagged 'layers were switched off' layers-off warm-cached finding 0 \
		small $warm --cache store --edit none
	flagged 'two cells were swapped' swapped-cells edit-made void 7 \
		small $warm --cache store --edit none,source
	flagged 'the relay counted nothing' relay-deaf relay-used void 7 small $cold --output push
	flagged 'a store that was evicted' evicted warm-cached finding 0 \
		small --samples 3 --state warm --cache store --edit none
done

# 20.10 gets its bases by tag, through a mirror; the others by digest, which no push can move.
on docker-20.10
flagged 'FROM moved' base-moved base-pinned void 7 small $cold
flagged 'another cell wrote to the ref' overwritten imported void 7 \
	small $warm --cache inline --edit none
flagged 'the wrong ref was imported' wrong-ref imported void 7 \
	small $warm --cache inline --edit none

for name in docker-current buildkit; do
	on $name
	for cache in registry:max registry:min inline; do
		flagged "the wrong ref was imported ($cache)" wrong-ref imported void 7 \
			small $warm --cache $cache --edit none
		flagged "another cell wrote to the ref ($cache)" overwritten imported void 7 \
			small $warm --cache $cache --edit none
	done
	for cache in registry:max local:max; do
		flagged "the export was skipped ($cache)" no-export exported void 7 \
			small $warm --cache $cache --edit source
		flagged "priming failed ($cache)" prime-fails primed void 7 \
			small --samples 1 --cache none,$cache --edit none
	done
	flagged 'gzip where zstd was asked for' gzip-for-zstd compression void 7 zstd $cold --output push
done
