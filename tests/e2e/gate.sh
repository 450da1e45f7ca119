#!/usr/bin/env bash
# A gate between two images: no engine, no lab, no root.
. "$(dirname "$0")/lib.sh"

data=$(cd "$here/../data" && pwd)
export XDG_CACHE_HOME="$work/cache" TARE_LAB="$work/none/such"

# images RECIPES.json: write them here.
images() { python3 "$data/cases/mk.py" "$1" . >/dev/null; }

# The value of a metric's row: row FILE METRIC KEY.
row() {
	python3 -c '
import json, sys
rows = {r["metric"]: r for r in json.load(open(sys.argv[1]))["metrics"]}
print(json.dumps(rows[sys.argv[2]][sys.argv[3]]))' "$@"
}

# shop-old and shop-new: a package of 2 MB more, and a file that is setuid.
shop() {
	cat >shop.json <<-'JSON'
	{
		"shop-old": { "format": "docker", "config": { "User": "app" },
			"history": ["FROM base", "RUN pip install -r requirements.txt"],
			"layers": [
				{ "e": [ { "p": "bin/su", "n": 50000, "m": "755" }, { "p": "lib/libc.so", "n": 4000000 } ] },
				{ "e": [ { "p": "app/site-packages/flask/app.py", "n": 90000 },
					{ "p": "app/site-packages/flask-3.0.dist-info/METADATA", "s": "Metadata-Version: 2.1\nName: flask\nVersion: 3.0\n\n" },
					{ "p": "app/site-packages/flask-3.0.dist-info/RECORD", "s": "flask/app.py,,\nflask-3.0.dist-info/METADATA,,\nflask-3.0.dist-info/RECORD,,\n" } ] } ] },
		"shop-new": { "format": "docker", "config": { "User": "app" },
			"history": ["FROM base", "RUN pip install -r requirements.txt"],
			"layers": [
				{ "e": [ { "p": "bin/su", "n": 50000, "m": "4755" }, { "p": "lib/libc.so", "n": 4000000 } ] },
				{ "e": [ { "p": "app/site-packages/flask/app.py", "n": 90000 },
					{ "p": "app/site-packages/flask-3.0.dist-info/METADATA", "s": "Metadata-Version: 2.1\nName: flask\nVersion: 3.0\n\n" },
					{ "p": "app/site-packages/flask-3.0.dist-info/RECORD", "s": "flask/app.py,,\nflask-3.0.dist-info/METADATA,,\nflask-3.0.dist-info/RECORD,,\n" },
					{ "p": "app/site-packages/numpy/_umath.so", "n": 1500000 },
					{ "p": "app/site-packages/numpy/core.py", "n": 500000 },
					{ "p": "app/site-packages/numpy-2.2.dist-info/METADATA", "s": "Metadata-Version: 2.1\nName: numpy\nVersion: 2.2\n\n" },
					{ "p": "app/site-packages/numpy-2.2.dist-info/RECORD", "s": "numpy/_umath.so,,\nnumpy/core.py,,\nnumpy-2.2.dist-info/METADATA,,\nnumpy-2.2.dist-info/RECORD,,\n" } ] } ] }
	}
	JSON
	images shop.json
}

test_that 'a larger image fails, and layer, package and file are named' '
	shop && exits 1 tare gate --image shop-new.tar --against-image shop-old.tar >out 2>err &&
	same out <<-EOF
	 image    docker-archive:shop-new.tar
	 against  docker-archive:shop-old.tar

	 larger       image.size  4.14 MB → 6.14 MB, +2.00 MB (+48.3 %), over its limit
	              +1 % (default)
	    +2.00 MB  layer 2   RUN pip install -r requirements.txt
	    +2.00 MB  pip       numpy 2.2 added
	    +1.50 MB  file      app/site-packages/numpy/_umath.so  layer 2
	     +500 kB  file      app/site-packages/numpy/core.py  layer 2
	 worse        image.setuid  0 → 1, +1, over its limit +0 (default)
	              file      bin/su  layer 1
	 same         image.root_user  0, within +0 (default)

	 without a limit:
	  image.visible 4.14 MB → 6.14 MB, +2.00 MB (+48.3 %); image.files 5 → 9, +4;
	  image.packages 1 → 2, +1

	image.size is over its limit of +1 %: 4.14 MB → 6.14 MB, +2.00 MB (+48.3 %).
	Behind it: layer 2 (RUN pip install -r requirements.txt), pip numpy 2.2 added,
	file app/site-packages/numpy/_umath.so. image.setuid is over its limit of +0:
	0 → 1, +1. Behind it: file bin/su.
	EOF
	has err "image.size is over its limit of +1 %, and it is not the only one" "--max image.size=LIMIT"
'

test_that 'what is within its limit passes, though it is larger' '
	shop && tare gate --image shop-new.tar --against-image shop-old.tar \
		--max image.size=+50% --max image.setuid=1 >out &&
	has out "larger" "within +50 %" "within 1 (--max)" "All 3 limits hold." &&
	tare gate --image shop-old.tar --against-image shop-new.tar >out && has out "smaller" "better" &&
	tare gate --image shop-new.tar --against-image shop-old.tar --max image.size=none \
		--max image.setuid=none >out && has out "no limit (--max)"
'

test_that 'limits are relative or absolute, MB is decimal and MiB binary, and the last --max counts' '
	shop && old="--against-image shop-old.tar --max image.setuid=none" && new="--image shop-new.tar" &&
	exits 1 tare gate $new $old --max image.size=+1.9MB >out 2>err &&
	tare gate $new $old --max image.size=+1.91MiB >out &&
	exits 1 tare gate $new $old --max image.size=6MB >out 2>err && tare gate $new $old --max image.size=6MiB >out &&
	tare gate $new $old --max image.size=1 --max image.size=+50% >out &&
	exits 1 tare gate $new $old --max image.size=none --max image.efficiency=1.1 >out 2>err &&
	has err "image.efficiency is over its limit of 1.1"
'

test_that 'a zero baseline has no ratio, an absent one no verdict' '
	cat >d1.json <<-JSON &&
	{ "clean": { "format": "docker", "layers": [ { "e": [ { "p": "a", "n": 100 } ] } ] },
	"waste": { "format": "docker", "layers": [ { "e": [ { "p": "a", "n": 100 }, { "p": "big", "zero": 12582912 } ] },
		{ "e": [ { "p": ".wh.big", "s": "" } ] } ] } }
	JSON
	images d1.json &&
	tare gate --image clean.tar --against-image clean.tar --max image.wasted=+1% --json >out && valid image-gate.schema.json out &&
	[ "$(row out image.wasted verdict)" = "\"same\"" ] &&
	exits 1 tare gate --image waste.tar --against-image clean.tar --max image.size=none --max image.wasted=+1% --json >out 2>err &&
	valid image-gate.schema.json out && [ "$(row out image.wasted verdict)" = "\"larger\"" ] && [ "$(row out image.wasted ratio)" = null ] &&
	[ "$(row out image.wasted exceeded)" = true ] && hasnt out NaN Infinity && has out "\"big\"" &&
	python3 "$data/cases/mk.py" "$data/cases/images.json" . B4 >/dev/null &&
	tare gate --image B4 --against-image clean.tar --max image.size=none --max image.compressed=+1% --json >out &&
	[ "$(row out image.compressed verdict)" = "\"no baseline\"" ] && [ "$(row out image.compressed exceeded)" = false ] &&
	exits 1 tare gate --image B4 --against-image clean.tar --max image.size=none --max image.compressed=1MB >out 2>err &&
	has out "no baseline" "over its limit 1.00 MB"
'

test_that 'a first run has no baseline, and absolute limits hold' '
	shop && tare gate --image shop-new.tar >out && has out "none: a first run" "3 limits have no baseline" &&
	exits 1 tare gate --image shop-new.tar --max image.size=5MB >out 2>err &&
	has out "over its limit 5.00 MB" "layer 1   FROM base" "file      lib/libc.so" "2 limits have no baseline"
'

test_that 'a limit on what the new image lacks has no answer' '
	shop && exits 7 tare gate --image shop-new.tar --against-image shop-old.tar --max image.compressed=+1% >out 2>err &&
	has out "no answer" "There is no answer for image.compressed" &&
	has err "no answer: the image has no image.compressed" "--max image.compressed=none"
'

test_that 'scenario.json has limits of its own, which --max goes before' '
	shop && printf "FROM scratch\n" >Dockerfile &&
	printf "{\"name\":\"shop\",\"variants\":[{\"name\":\"one\"}],\"limits\":{\"image.size\":\"+60%%\",\"image.setuid\":1,\"build.wall\":\"+10%%\"}}" >scenario.json &&
	tare gate --image shop-new.tar --against-image shop-old.tar >out && has out "within +60 %" "within 1 (scenario.json)" "+0 (default)" &&
	exits 1 tare gate --image shop-new.tar --against-image shop-old.tar --max image.size=+1% . >out 2>err &&
	has out "over its limit" "+1 % (--max)" && mkdir else && cd else &&
	exits 1 tare gate --image ../shop-new.tar --against-image ../shop-old.tar >out 2>err &&
	sed -i s/image.setuid/image.setiud/ ../scenario.json &&
	exits 2 tare gate --image ../shop-new.tar --against-image ../shop-old.tar .. 2>err &&
	has err "scenario.json: /limits/image.setiud" "did you mean image.setuid?"
'

test_that 'bytes of a package or file are said to be unpacked where the limit is of packed layers' '
	shop && sed "s/\"format\": \"docker\"/\"format\": \"oci\"/; s/{ \"e\": \[/{ \"z\": \"gzip\", \"e\": [/" shop.json >packed.json &&
	images packed.json &&
	exits 1 tare gate --image shop-new --against-image shop-old --max image.size=none --max image.compressed=+1% >out 2>err &&
	has out "+1.50 MB  file      app/site-packages/numpy/_umath.so  unpacked" "pip       numpy 2.2 added  unpacked" &&
	exits 1 tare gate --image shop-new --against-image shop-old --max image.size=none --max image.compressed=+1% --json >out 2>err &&
	valid image-gate.schema.json out && has out "\"unpacked\": true"
'

test_that 'a limit that is none is told where it stands' '
	shop && exits 2 tare gate --image shop-new.tar --max image.size=big 2>err && same err <<-EOF &&
	tare: "big" is no limit of image.size
	  at    --max
	  next  +1% or +5MB above the baseline, 120MB in all, or none
	EOF
	exits 2 tare gate --image shop-new.tar --max build.wall=+1% 2>err && has err "an image has no build.wall" &&
	exits 2 tare gate 2>err && has err "no image is named" &&
	exits 2 tare gate --image shop-new.tar a b 2>err && has err "one scenario, not 2" &&
	exits 6 tare gate --image shop-new.tar --against-image ./nowhere.tar 2>err && has err "leave --against-image out"
'

test_that 'Markdown has the answer first, and foreign text is no markup' '
	sed "s/RUN pip install -r requirements.txt/RUN echo | <script> [a](http:\/\/b) **c**/" >x.json <<-JSON &&
	{ "a": { "format": "docker", "layers": [ { "e": [ { "p": "a", "n": 100 } ] } ] },
	"b": { "format": "docker", "history": ["RUN pip install -r requirements.txt"], "layers": [ { "e": [ { "p": "a", "n": 90000 } ] } ] } }
	JSON
	images x.json && exits 1 tare gate --image b.tar --against-image a.tar --md >out 2>err &&
	head -1 out >first && has first "image.size is over its limit" && hasnt out "<script>" "**c**" "](http" "echo |" &&
	has out "&#60;script&#62;" "| **larger** | image.size |" "Behind image.size:"
'
