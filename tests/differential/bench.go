package main

import (
	"bytes"
	"fmt"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

const (
	pairs  = 9
	stint  = 10 * time.Millisecond // how long each side parses at a time
	figure = 0.1                   // of BuildKit's time
)

// subject is a text that both sides parse.
type subject struct {
	name string
	text []byte
}

// constructs are what a Dockerfile is made of, each alone and many times.
func constructs() []subject {
	many := func(name, head, line string, n int) subject {
		return subject{name, []byte("FROM a\n" + head + strings.Repeat(line, n) + "\n")}
	}
	return []subject{
		many("RUN, shell form", "", "RUN apt-get update && apt-get install -y curl\n", 1000),
		many("RUN, exec form", "", "RUN [\"apt-get\", \"install\", \"-y\", \"curl\"]\n", 1000),
		many("continuation lines", "RUN true", " \\\n    && apt-get install -y curl", 1000),
		many("comments in a continuation", "RUN true", " \\\n# a word on curl\n    curl", 1000),
		many("comments", "", "# what the next line is for\n", 1000),
		many("ENV of one", "", "ENV PATH=/usr/local/bin:$PATH\n", 1000),
		many("ENV of many", "ENV A=1", " \\\n    NAME_OF_IT=\"a value\"", 1000),
		many("ENV without =", "", "ENV PATH /usr/local/bin:$PATH\n", 1000),
		many("LABEL", "", "LABEL org.opencontainers.image.title=\"a title\" b='c d'\n", 1000),
		many("ARG", "", "ARG VERSION=1.2.3\n", 1000),
		many("COPY", "", "COPY --from=build --chown=1:1 /app/a /app/b /app/\n", 1000),
		many("RUN with mounts", "", "RUN --mount=type=cache,target=/root/.cache/pip --mount=type=bind,source=a,target=/b pip install\n", 1000),
		many("HEALTHCHECK, CMD", "", "HEALTHCHECK --interval=10s --timeout=3s CMD [\"a\", \"b\"]\nCMD a b\n", 500),
		many("many here-documents", "", "RUN <<EOF\napt-get update\nEOF\n", 1000),
		many("a long here-document", "RUN <<EOF\n", "apt-get install -y curl\n", 1000).closed("EOF\n"),
		many("COPY of here-documents", "", "COPY <<a <<-\"b\" /etc/\nx=$y\na\n\tz\nb\n", 500),
		many("stages", "", "FROM a AS b\nWORKDIR /app\nUSER 1\nEXPOSE 80\n", 500),
		many("ONBUILD", "", "ONBUILD COPY . /app\n", 1000),
	}
}

func (s subject) closed(end string) subject {
	return subject{s.name, append(s.text, end...)}
}

func parse(text []byte) error {
	result, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return err
	}
	_, _, err = instructions.Parse(result.AST, linter.New(&linter.Config{}))
	return err
}

// theirs is the time of one parse, over a stint.
func theirs(text []byte) (time.Duration, error) {
	began, n := time.Now(), 0
	for time.Since(began) < stint {
		if err := parse(text); err != nil {
			return 0, err
		}
		n++
	}
	return time.Since(began) / time.Duration(n), nil
}

// mine asks ours for the same.
func mine(o *ours, text []byte) (time.Duration, error) {
	answer, took, err := o.ask('B', text)
	if err == nil && answer != "" {
		err = fmt.Errorf("ours refuses it")
	}
	return took, err
}

func median(of []float64) float64 {
	sort.Float64s(of)
	return of[len(of)/2]
}

// pair takes the two sides in turn; who goes first changes.
func (s subject) pair(o *ours) (their, our, ratio float64, err error) {
	var t, m, r []float64
	for i := 0; i < pairs; i++ {
		var a, b time.Duration
		for k := 0; k < 2 && err == nil; k++ {
			if i%2 == k {
				a, err = theirs(s.text)
			} else {
				b, err = mine(o, s.text)
			}
		}
		if err != nil {
			return 0, 0, 0, fmt.Errorf("%s: %w", s.name, err)
		}
		t, m = append(t, a.Seconds()), append(m, b.Seconds())
		r = append(r, b.Seconds()/a.Seconds())
	}
	return median(t), median(m), median(r), nil
}

// bench compares the times of both sides; it fails where ours is more than the figure.
func bench(o *ours, files []string) (int, error) {
	var subjects []subject
	missed := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		if parse(text) == nil {
			subjects = append(subjects, subject{name[strings.LastIndex(name, "/")+1:], text})
		}
	}
	fmt.Printf("%-28s %8s  %12s  %10s  %s\n", "", "bytes", "BuildKit us", "ours us", "ratio")
	for _, s := range append(subjects, constructs()...) {
		t, m, r, err := s.pair(o)
		if err != nil {
			return 0, err
		}
		mark := ""
		if r > figure {
			mark = "  > 1/10"
			missed++
		}
		fmt.Printf("%-28s %8d  %12.1f  %10.2f  1/%-4.0f%s\n", s.name, len(s.text), t*1e6, m*1e6, 1/r, mark)
	}
	fmt.Printf("%d texts, %d pairs each: %d above 1/10\n", len(subjects)+len(constructs()), pairs, missed)
	return missed, nil
}
