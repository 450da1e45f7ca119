#!/usr/bin/env bash
# The mistakes that podman shows, which starts quickest. The other engines: engines.sh.
. "$(dirname "$0")/lib.sh"

cold='--samples 1 --state cold --cache none --budget 300ms' # a void sample is not built once more
warm='--samples 1 --state warm'

on podman
flagged 'a cold build with a warm base' warm-base store-empty void 7 small $cold
flagged 'the base came from elsewhere' base-elsewhere base-pulled void 7 small $cold
flagged 'a second build shares the store' second-build cold-executed void 7 small $cold
flagged 'FROM moved' base-moved base-pinned void 7 small $cold
flagged 'the clock was set back' clock-back clock-steady void 7 small $cold
flagged 'the clock was set back in the log' log-backwards log-ordered void 7 small $cold
flagged 'the log lost a step' lost-step steps-complete void 7 small $cold
flagged 'the relay was passed by' relay-bypassed relay-used void 7 small $cold --output push
flagged 'the relay counted nothing' relay-deaf base-pulled void 7 small $cold
flagged 'the image is not there' no-image image-found void 7 small $cold --output push
flagged 'gzip where zstd was asked for' gzip-for-zstd compression void 7 zstd $cold --output push
flagged 'a sample was recorded twice' recorded-twice once void 0 \
	small --samples 1 --state cold --cache none
flagged 'layers were switched off' layers-off warm-cached finding 0 \
	small $warm --cache store --edit none
flagged 'two cells were swapped' swapped-cells edit-made void 7 \
	small $warm --cache store --edit none,source
flagged 'the edit was taken back too early' edit-undone edit-busted void 7 \
	small $warm --cache store --edit source
flagged 'another sample was measured' other-image image-ours void 7 \
	small $warm --cache store --edit source --output push
flagged 'a deps edit that installs nothing' '' deps-downloaded finding 0 \
	idle $warm --cache store --edit deps
flagged 'a stale cache mount' stale-mount store-empty void 0 \
	mount --samples 2 --state warm --cache store --edit source
flagged 'priming failed' prime-fails primed void 7 \
	small --samples 1 --cache none,registry --edit none
flagged 'the wrong ref was imported' wrong-ref imported void 7 \
	small $warm --cache registry --edit none
flagged 'another cell wrote to the ref' overwritten imported void 7 \
	small $warm --cache registry --edit none
flagged 'the export was skipped' no-export exported void 7 \
	small $warm --cache registry --edit source

# The engine's own miss, all inputs being equal: it counts, and the table has its rate.
flagged 'a store that was evicted' evicted warm-cached finding 0 \
	small --samples 3 --state warm --cache store --edit none
test_that 'podman: and the rate of it is in the table' '
	cp "$work/$((count - 1))/x.db" . && tare show --db x.db >out &&
	has out "finding in 1 of 3 samples" && hasnt out void
'
