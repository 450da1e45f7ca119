#!/usr/bin/env bash
# tare stat: questions in, answers out.
. "$(dirname "$0")/lib.sh"

test_that 'of 42 series with noise and spikes just the two slower ones are called slower (D3)' '
	python3 - "$here/../data/cases/D3.json" >series <<-EOF &&
	import json, sys
	for v in json.load(open(sys.argv[1]))["series"].values():
	    print(json.dumps({"a": v["base"], "b": v["head"], "paired": False}))
	EOF
	exits 0 tare stat compare --batch series >out &&
	grep -n "\"slower\"" out | cut -d: -f1 >slower &&
	printf "41\n42\n" | same slower &&
	grep -c "\"inconclusive\"\|\"same\"" out >rest && echo 40 | same rest
'

test_that 'an A/B stops at its first look where there is no noise' '
	echo "{\"a\":[1,1,1,1,1,1,1,1,1,1,1,1],\"b\":[2,2,2,2,2,2,2,2,2,2,2,2]}" >in &&
	exits 0 tare stat ab in >out && has out "\"verdict\":\"slower\"" "\"ratio\":2.0" "\"n\":4" &&
	exits 0 tare stat ab <in >again && same again <out
'

test_that 'the end of the arrays is a cap' '
	echo "{\"a\":[1,1,1],\"b\":[2,2,2]}" | tare stat ab >out &&
	has out "\"verdict\":\"inconclusive\"" "\"builds_needed\":null"
'

test_that 'a gate needs one build where it is as its history lets expect' '
	echo "{\"a\":[],\"b\":[10.1],\"history\":[10,10.1,9.9,10,10.2,9.8,10,10.1,9.9,10]}" >in &&
	tare stat gate in >out &&
	same out <<-EOF
	{"verdict":"same","schedule":"B","screened":true}
	EOF
'

test_that 'a flagged build buys an A/B' '
	python3 -c "import json; print(json.dumps(
	    {\"a\": [10] * 40, \"b\": [12] * 40, \"history\": [10, 10.1, 9.9, 10, 10.2, 9.8] * 3}))" >in &&
	tare stat gate in >out &&
	has out "\"verdict\":\"slower\"" "\"schedule\":\"B" "\"screened\":false"
'

test_that 'values that are no times are named by their place' '
	for bad in 0 -1 null "\"1 s\"" true; do
		echo "{\"a\":[1,2,$bad],\"b\":[1,2,3]}" >in &&
		exits 2 tare stat compare in 2>err &&
		same err <<-EOF || return 1
		tare: a time is a number above 0
		  at    in: /a/2
		EOF
	done &&
	for bad in NaN Infinity -Infinity 1e999; do
		echo "{\"a\":[1,2,$bad],\"b\":[1,2,3]}" >in &&
		exits 2 tare stat compare in 2>err && has err "in:1:" || return 1
	done
'

test_that 'each question refuses what is no time, and says where' '
	for bad in 0 -1 null "\"1 s\""; do
		for question in ab gate; do
			echo "{\"a\":[$bad,$bad,$bad],\"b\":[$bad,$bad,$bad]}" >in &&
			exits 2 tare stat $question in 2>err && has err "a time is a number above 0" "/0" || return 1
		done &&
		echo "{\"a\":[],\"b\":[1],\"history\":[1,$bad]}" >in &&
		exits 2 tare stat gate in 2>err && has err "in: /history/1" &&
		echo "{\"values\":[1,$bad]}" >in &&
		exits 2 tare stat changepoint in 2>err && has err "in: /values/1" &&
		echo "{\"sd\":$bad,\"effect\":0.05,\"power\":0.9}" >in &&
		exits 2 tare stat power in 2>err && has err "in: /sd" || return 1
	done &&
	for bad in "\"1 s\"" null true; do
		echo "{\"values\":[1,$bad]}" >in &&
		exits 2 tare stat median in 2>err && has err "in: /values/1" || return 1
	done
'

test_that 'a million values end' '
	python3 - >in <<-EOF &&
	import json
	print(json.dumps({"a": [1 + i % 7 for i in range(10**6)], "b": [1 + i % 7 for i in range(10**6)]}))
	EOF
	for question in compare ab; do
		timeout 120 "$TARE" stat $question in >out && has out "\"verdict\":" || return 1
	done &&
	python3 -c "import json; print(json.dumps({\"values\": [1 + i % 7 for i in range(10**6)]}))" >in &&
	timeout 120 "$TARE" stat median in >out && has out "\"n\":1000000"
'

test_that 'few values and equal ones have an answer or none, never an error' '
	for n in "[]" "[1]" "[1,1]" "[1,1,1,1,1,1,1,1]"; do
		for paired in true false; do
			echo "{\"a\":$n,\"b\":$n,\"paired\":$paired}" >in &&
			exits 0 tare stat compare in >out && hasnt out NaN nan Inf inf || return 1
		done
	done
'

test_that 'a broken line of a batch is named in its place, and the others go on' '
	printf "%s\n" "{\"values\":[1,2,3]}" "{\"values\":[1,\"2\"]}" "" "{" "{\"values\":[4]}" >in &&
	exits 2 tare stat median --batch in >out 2>err &&
	same out <<-EOF &&
	{"median":2.0,"low":1.0,"high":3.0,"range":true,"n":3,"outliers":[]}
	{"error":"a number was expected here","at":"in, line 2: /values/1"}
	{"error":"not JSON: string or '\''}'\'' expected near end of file","at":"in, line 4:1:1"}
	{"median":4.0,"low":4.0,"high":4.0,"range":true,"n":1,"outliers":[]}
	EOF
	has err "2 of 4 lines have no answer"
'

test_that 'a misspelt question, member and rule are said' '
	exits 2 tare stat compre 2>err </dev/null && has err "did you mean compare?" &&
	exits 2 tare stat 2>err </dev/null && has err "which question?" &&
	echo "{\"a\":[1],\"b\":[1],\"paird\":true}" >in &&
	exits 2 tare stat compare in 2>err && has err "paird" "did you mean paired?" &&
	echo "{\"a\":[1],\"b\":[1],\"alpha\":0}" >in &&
	exits 2 tare stat ab in 2>err && has err "in: /alpha" "0.0005"
'

test_that 'power is in builds' '
	echo "{\"sd\":0.03,\"effect\":0.1,\"alpha\":0.05,\"power\":0.98}" | tare stat power >out &&
	echo "{\"builds\":14}" | same out
'

test_that 'change points are the first points of new regimes' '
	python3 -c "import json; print(json.dumps({\"values\": [10, 10.1, 9.9, 10.05] * 10 + [13, 13.1, 12.9, 13.05] * 5}))" >in &&
	tare stat changepoint in >out && echo "{\"changepoints\":[40]}" | same out &&
	for few in "[]" "[1]" "[1,2]" "[5,5,5,5,5,5,5,5,5,5]"; do
		echo "{\"values\":$few}" | tare stat changepoint >out &&
		echo "{\"changepoints\":[]}" | same out || return 1
	done &&
	echo "{\"values\":[1,2,-3]}" >in && exits 2 tare stat changepoint in 2>err && has err "in: /values/2"
'

test_that 'a gate reads its history from the last change on' '
	python3 -c "import json; print(json.dumps(
	    {\"a\": [], \"b\": [13.1], \"history\": [10, 10.1, 9.9, 10.05] * 10 + [13, 13.1, 12.9, 13.05] * 5}))" >in &&
	tare stat gate in >out && has out "\"screened\":true"
'
