# Runs with one deliberate mistake each. Sourced by the scripts beside it, which meson starts with
# TARE, SABOTAGED and SCENARIOS set.
#
#   on ENGINE                                the runs that follow are on it
#   flagged 'title' MISTAKE CHECK CLASS EXIT SCENARIO ARGS...
#                                            a run with that mistake: the check flags it, in its
#                                            class; exit code and table say so
#   clean 'title' SCENARIO ARGS...           a run without one: no check flags anything
here_sabotage=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here_sabotage/../e2e/lib.sh"

on() { # ENGINE: podman, buildkit, docker-current, docker-20.10
	engine=$1
	case $1 in
	podman) word=podman ;;
	docker-*) word=docker@$PREFIX/engines/$1 ;;
	*) word=$1@$PREFIX/engines/$1 ;;
	esac
}

run() { # SCENARIO ARGS...: with $MISTAKE, if any; its report goes to run.json
	TARE_SABOTAGE=${MISTAKE:-} "$SABOTAGED" run "$@" --engine "$word" --db x.db --quiet --json \
		>run.json 2>err
}

said_by_table() { # TEXT: in a table that breaks its lines
	tare show --db x.db >out && tr -s ' \n' ' ' <out | grep -qF -e "$1" && return
	echo "the table does not say: $1"
	sed 's/^/  | /' out
	return 1
}

flagged() {
	local title=$1 mistake=$2 check=$3 class=$4 code=$5
	shift 5
	test_that "$engine: $title: $check is $class, exit $code" "
		MISTAKE=$mistake exits $code run $* &&
		text=\$(python3 '$here_sabotage/flagged.py' run.json $check $class) &&
		said_by_table \"\$text\"
	"
}

clean() {
	local title=$1
	shift
	test_that "$engine: $title, without a mistake" "
		exits 0 run $* && python3 '$here_sabotage/flagged.py' run.json
	"
}
