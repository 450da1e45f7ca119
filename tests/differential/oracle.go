package main

import (
	"bytes"
	"fmt"
	"math"
	"path"
	"path/filepath"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

type description struct{ strings.Builder }

func (d *description) put(kind, text string) {
	fmt.Fprintf(d, "%s %d:%s\n", kind, len(text), text)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// words are the arguments as instructions.nodeArgs makes them, of ENV and LABEL without the
// separator, which is told apart.
func words(node *parser.Node) (result []string, legacy bool) {
	for n := node.Next; n != nil; n = n.Next {
		if len(n.Children) == 0 {
			result = append(result, n.Value)
			continue
		}
		inner, _ := words(n.Children[0])
		result = append(append(result, nameOf(n.Children[0])), inner...)
	}
	switch strings.ToLower(node.Value) {
	case command.Env, command.Label:
		var pairs []string
		for i := 0; i+2 < len(result); i += 3 {
			legacy = legacy || result[i+2] == ""
			pairs = append(pairs, result[i], result[i+1])
		}
		return pairs, legacy
	case command.Healthcheck, command.Onbuild:
		return result, false
	}
	if _, known := command.Commands[strings.ToLower(node.Value)]; !known {
		return nil, false
	}
	return result, false
}

func nameOf(node *parser.Node) string {
	lower := strings.ToLower(node.Value)
	if _, known := command.Commands[lower]; known {
		return strings.ToUpper(lower)
	}
	return node.Value
}

func (d *description) instruction(node *parser.Node, start, end int) {
	args, legacy := words(node)
	fmt.Fprintf(d, "%d-%d %s json=%d legacy=%d\n", start, end, nameOf(node),
		bit(node.Attributes["json"]), bit(legacy))
	d.put("text", strings.TrimSpace(node.Original))
	for _, f := range node.Flags {
		name, value, has := strings.Cut(f[2:], "=")
		d.put("flag", name)
		if has {
			d.put("value", value)
		}
	}
	for _, w := range args {
		d.put("word", w)
	}
	for _, h := range node.Heredocs {
		fmt.Fprintf(d, "heredoc %d expand=%d tabs=%d\n", min(h.FileDescriptor, math.MaxInt32),
			bit(h.Expand), bit(h.Chomp))
		d.put("name", h.Name)
		d.put("content", h.Content)
	}
	if strings.ToLower(node.Value) == command.Onbuild && node.Next != nil {
		d.instruction(node.Next.Children[0], start, end)
	}
}

func describeDockerfile(text []byte) string {
	result, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return "error\n"
	}
	stages, _, err := instructions.Parse(result.AST, linter.New(&linter.Config{}))
	if err != nil {
		return "error\n"
	}
	d := description{}
	fmt.Fprintf(&d, "escape %c\n", result.EscapeToken)
	for _, node := range result.AST.Children {
		d.instruction(node, node.StartLine, node.EndLine)
	}
	for _, s := range stages {
		d.put("stage", s.Name)
		d.put("base", s.BaseName)
		d.put("platform", s.Platform)
	}
	for _, w := range result.Warnings {
		fmt.Fprintf(&d, "warning %d\n", w.Location.Start.Line)
	}
	return d.String()
}

func describeWord(input []byte) string {
	head, word, _ := strings.Cut(string(input), "\n\n")
	lines := strings.Split(head, "\n")
	lex := func() *shell.Lex {
		l := shell.NewLex(rune(lines[0][0]))
		l.RawQuotes = lines[0][1] == '1'
		l.RawEscapes = lines[0][2] == '1'
		l.SkipProcessQuotes = lines[0][3] == '1'
		l.SkipUnsetEnv = lines[0][4] == '1'
		return l
	}
	d := description{}
	result, _, err := lex().ProcessWord(word, shell.EnvsFromSlice(lines[1:]))
	if err != nil {
		d.put("error", "")
	} else {
		d.put("word", result)
	}
	split, err := lex().ProcessWords(word, shell.EnvsFromSlice(nil))
	if err != nil {
		d.put("error", "")
		split = nil
	} else {
		d.put("words", "")
	}
	for _, w := range split {
		d.put("word", w)
	}
	return d.String()
}

// compiles tells whether a pattern compiles: BuildKit finds out when it first asks one, and ours
// when it reads it. One that starts with "!" itself is asked as an exception to "**".
func compiles(p string) bool {
	if p == "/" {
		return true
	}
	patterns := []string{p}
	if strings.HasPrefix(p, "!") {
		patterns = []string{"**", "!" + p}
	}
	pm, err := patternmatcher.New(patterns)
	if err == nil {
		_, err = pm.MatchesOrParentMatches("x")
	}
	return err == nil
}

// skips tells whether the walk over a context does not enter a directory that is left out, as
// fsutil decides: no exception could lie below it, judged by their text.
func skips(pm *patternmatcher.PatternMatcher, dir string) bool {
	below := false
	for _, p := range pm.Patterns() {
		plain := strings.TrimSuffix(strings.TrimSuffix(p.String(), "/**"), "/*")
		if !p.Exclusion() {
			continue
		}
		if strings.ContainsAny(plain, `*[]?^\`) {
			return false
		}
		below = below || strings.HasPrefix(plain+"/", dir+"/")
	}
	return !below
}

// ignored follows the walk over a context: what matched a directory is known below it.
func ignored(pm *patternmatcher.PatternMatcher, name string) bool {
	var info patternmatcher.MatchInfo
	var out bool
	for i, c := range name + "/" {
		if c != '/' {
			continue
		}
		out, info, _ = pm.MatchesUsingParentResults(name[:i], info)
		if out && skips(pm, name[:i]) {
			return true
		}
	}
	return out
}

func describeIgnore(input []byte) string {
	head, text, _ := strings.Cut(string(input), "\n\n")
	patterns, err := ignorefile.ReadAll(strings.NewReader(text))
	if err != nil {
		return "error\n"
	}
	pm, err := patternmatcher.New(patterns)
	if err != nil {
		return "error\n"
	}
	for _, p := range pm.Patterns() {
		if !compiles(p.String()) {
			return "error\n"
		}
	}
	result := ""
	for _, name := range strings.Split(head, "\n") {
		result += fmt.Sprint(bit(ignored(pm, path.Clean(name))))
	}
	return result
}

func describeMatch(input []byte) string {
	pattern, name, _ := strings.Cut(string(input), "\n\n")
	matched, err := filepath.Match(pattern, name)
	if err != nil {
		return "error\n"
	}
	return fmt.Sprintf("%d\n", bit(matched))
}
