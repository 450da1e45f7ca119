// The differential test of harness/dockerfile against BuildKit's own packages: the same inputs
// into both, and the same instructions, flags, words, expansion, line ranges and acceptance out.
//
//	ninja -C BUILD tests/differential/differential-ours
//	cd tests/differential && go run . -ours BUILD/tests/differential/differential-ours \
//		[-n 100000] [-seed 1] [FILE...]
//
// which is what ci/differential does.
//
// Files named on the command line (Dockerfiles, or several in ../data/dockerfile/odd.txt) are
// compared first, then generated inputs. Left out, as ours refuses them on purpose: NUL bytes and
// \u0000 (an argument can hold none), \p{...} in ignore patterns (no tables), ${} nested deeper
// than 200, and what exceeds the ceilings (2 MiB of text, 10,000 stages, 1 MiB an expansion). A
// pattern that does not compile is refused when it is read, where BuildKit fails once it asks it.
// Exit code 1 when there is a difference; each is printed with its input. With -bench the times of
// both parsers are compared instead, and 1 is that ours took more than a tenth somewhere.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// ours is the process that answers for our side.
type ours struct {
	in  io.Writer
	out *bufio.Reader
}

func start(path string) (*ours, error) {
	cmd := exec.Command(path)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = os.Stderr
	return &ours{in, bufio.NewReader(out)}, cmd.Start()
}

func (o *ours) ask(kind byte, input []byte) (string, time.Duration, error) {
	if _, err := fmt.Fprintf(o.in, "%c %d\n%s", kind, len(input), input); err != nil {
		return "", 0, err
	}
	var n int
	var took time.Duration
	if _, err := fmt.Fscanf(o.out, "%d %d\n", &n, &took); err != nil {
		return "", 0, err
	}
	answer := make([]byte, n)
	_, err := io.ReadFull(o.out, answer)
	return string(answer), took, err
}

type tally struct {
	inputs, accepted, differences int
	theirs, ours                  time.Duration
}

var oracles = map[byte]func([]byte) string{
	'D': describeDockerfile, 'W': describeWord, 'I': describeIgnore, 'M': describeMatch,
}

func (t *tally) compare(o *ours, kind byte, input []byte) error {
	began := time.Now()
	want := oracles[kind](input)
	t.theirs += time.Since(began)
	got, took, err := o.ask(kind, input)
	if err != nil {
		return fmt.Errorf("ours ended on %c %q: %w", kind, input, err)
	}
	t.ours += took
	t.inputs++
	if want != "error\n" {
		t.accepted++
	}
	if got != want {
		t.differences++
		if t.differences <= 20 {
			fmt.Printf("--- %c %q\nBuildKit: %q\nours:     %q\n", kind, input, want, got)
		}
	}
	return nil
}

func run() (int, error) {
	path := flag.String("ours", "", "the program that answers for our side")
	n := flag.Int("n", 100000, "generated inputs of each kind")
	seed := flag.Uint64("seed", 1, "of the generator")
	timed := flag.Bool("bench", false, "compare the times of both parsers on the files and on constructs")
	only := flag.String("only", "DWIM", "kinds: D Dockerfiles, W words, I ignore files, M matches")
	flag.Parse()
	o, err := start(*path)
	if err != nil {
		return 0, err
	}
	if *timed {
		return bench(o, flag.Args())
	}
	files := tally{}
	for _, name := range flag.Args() {
		text, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		// a .txt file holds several, each ended by a line of its own
		parts := [][]byte{text}
		if filepath.Ext(name) == ".txt" {
			parts = bytes.Split(text, []byte("%%%%\n"))
		}
		for _, part := range parts {
			if err := files.compare(o, 'D', part); err != nil {
				return 0, err
			}
		}
	}
	fmt.Printf("files: %d, accepted %d, differences %d\n", files.inputs, files.accepted, files.differences)
	differences := files.differences
	for _, kind := range []byte(*only) {
		t, g := tally{}, newGenerator(*seed, kind)
		for i := 0; i < *n; i++ {
			if err := t.compare(o, kind, g.input()); err != nil {
				return 0, err
			}
		}
		fmt.Printf("%c: %d inputs, accepted %d, differences %d; BuildKit %v, ours %v\n", kind,
			t.inputs, t.accepted, t.differences, t.theirs.Round(time.Millisecond),
			t.ours.Round(time.Millisecond))
		differences += t.differences
	}
	return differences, nil
}

func main() {
	differences, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if differences > 0 {
		os.Exit(1)
	}
}
