package main

import (
	"math/rand/v2"
	"strings"
)

// generator makes inputs of one kind: from a grammar, and then often mutated.
type generator struct {
	*rand.Rand
	kind byte
}

func newGenerator(seed uint64, kind byte) *generator {
	return &generator{rand.New(rand.NewPCG(seed, uint64(kind))), kind}
}

func (g *generator) pick(of ...string) string { return of[g.IntN(len(of))] }

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

// some repeats a piece 0 to n times.
func (g *generator) some(n int, piece func() string, sep string) string {
	parts := make([]string, g.IntN(n+1))
	for i := range parts {
		parts[i] = piece()
	}
	return strings.Join(parts, sep)
}

func (g *generator) input() []byte {
	switch g.kind {
	case 'D':
		if g.chance(50) {
			return []byte(g.sound())
		}
		return g.mutate(g.dockerfile(), 60)
	case 'W':
		return []byte(g.wordInput())
	case 'I':
		return []byte(g.some(5, g.path, "\n") + g.path() + "\n\n" + string(g.mutate(g.ignoreFile(), 30)))
	}
	return []byte(g.pattern() + "\n\n" + g.path())
}

// odd are pieces that parsers trip over.
var odd = []string{"\\", "`", "'", "\"", "$", "${", "}", "<<", "<<-", "#", "\r", "\n", "\t", " ", "\v", "\f",
	"[", "]", "--", "-", "=", ",", "\\\n", "\xff", "\xc3", "\xa0", "\u00a0", "\u2028", "\u00e9", "\ufeff",
	"\u212a", "\u0130", "\u0131", "\u017f", "\u0085", "<", ">", "*", "?", "/", ":", "|", "{", "!", "^", "(", ")",
	"0", "9", "\u0663", "@", ".", "..", "\x01", "\x1b", "%", "+", "\\\\", "//", "/**/", "\U0001f600", "E", "e"}

// mutate drops, doubles, moves and inserts pieces.
func (g *generator) mutate(text string, percent int) []byte {
	b := []byte(text)
	for g.chance(percent) && len(b) > 0 {
		i := g.IntN(len(b) + 1)
		j := min(len(b), i+g.IntN(6))
		switch g.IntN(4) {
		case 0:
			b = append(b[:i:i], b[j:]...)
		case 1:
			b = append(b[:j:j], b[i:]...)
		default:
			b = append(b[:i:i], append([]byte(odd[g.IntN(len(odd))]), b[i:]...)...)
		}
	}
	return b
}

func (g *generator) name() string {
	return g.pick("A", "B", "LONG_NAME", "a1", "_", "N", "E", "P", "1", "12", "@", "*", "é", "x y", "")
}

func (g *generator) text() string {
	return g.pick("a", "b c", "x", "/usr/bin", "\\", "'q r'", "\"d e\"", "\\ ", "\\$A", "$A", "a=b", "é", "",
		"it's", "\"", "'", "a\\", "<<EOF", "1<<2", "<<<w", "--x", "#c", "\\\\", "`x`")
}

func (g *generator) variable() string {
	op := g.pick(":-", "-", ":+", "+", ":?", "?", "#", "##", "%", "%%", "/", "//", ":", ":=", "=", "!", "^", "")
	tail := g.some(3, g.wordPart, "")
	if strings.HasPrefix(op, "/") && g.chance(90) {
		tail += "/" + g.some(2, g.wordPart, "")
	}
	return "${" + g.name() + op + tail + g.pick("}", "}", "}", "}", "}", "")
}

func (g *generator) wordPart() string {
	switch g.IntN(10) {
	case 0, 1:
		return g.variable()
	case 2:
		return "$" + g.name()
	case 3:
		return "\"" + g.some(2, g.wordPart, "") + "\""
	case 4:
		return "'" + g.text() + "'"
	case 5:
		return odd[g.IntN(len(odd))]
	}
	return g.pick("a", "b", "ab", "*", "?", "a*", "\\*", "\\/", "\\}", " ", "/", "c", "<<E", "<< E")
}

func (g *generator) wordInput() string {
	options := g.pick("\\", "\\", "`")
	for i := 0; i < 4; i++ {
		options += g.pick("0", "0", "1")
	}
	envs := ""
	for _, name := range []string{"A", "B", "E", "P", "é", "LONG_NAME", "1"} {
		if g.chance(70) {
			envs += name + "=" + g.pick("", "a", "abcab", "a/b/c", "a b  c", "$x", "${0}", "\\*", "é.é", "\xff", "aXbXc", "a.b", "$0$$", "[x]") + "\n"
		}
	}
	return options + "\n" + envs + "\n" + string(g.mutate(g.some(5, g.wordPart, ""), 20))
}

func (g *generator) blank() string {
	return g.pick(" ", " ", " ", "  ", "\t", " \t ", " \\\n ", " \\\n# c\n", " \\\n\n ")
}

func (g *generator) json() string {
	item := func() string {
		return g.pick("\"a\"", "\"b c\"", "\"\\n\"", "\"\\u00e9\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "1", "null",
			"\"\"", "'x'", "\"\\x\"", "{}", "{\"a\":[1]}", "[]", "true", "1e999", "-0.5e3", "01", "\"<<E\"", "\"\xff\"")
	}
	simple := func() string { return g.pick("\"a\"", "\"b c\"", "\"/d\"") }
	if g.chance(60) {
		item = simple
	}
	return "[" + g.pick("", " ") + g.some(4, item, g.pick(",", ", ", " ,", ",,")) + g.pick("]", "]", "]", "] ", "] x", "", ",]")
}

func (g *generator) flag() string {
	name := g.pick("from", "chown", "chmod", "link", "exclude", "parents", "mount", "network", "security", "platform",
		"interval", "timeout", "start-period", "start-interval", "retries", "device", "checksum", "keep-git-dir", "unpack", "x", "")
	value := g.pick("=a", "=true", "=false", "=", "", "=TRUE", "=none", "=host", "=insecure", "=1s", "=1m30s", "=1.5h",
		"=500us", "=3", "=-1", "=type=cache,target=/c", "=from=$x", "=from=x$", "=\"a b\"", "=a\\ b", "='", "=é",
		"=type=bind,\"source=a,b\"", "=0", "=+5", "=9999999999h", "=.5s", "=1", "=vendor/x=y,required=maybe", "=name=a", "=\\\"a\\\"")
	return "--" + name + value
}

func (g *generator) flags(own ...string) string {
	f := func() string {
		if g.chance(75) {
			return g.pick(own...)
		}
		return g.flag()
	}
	if g.chance(50) {
		return ""
	}
	return g.some(3, f, g.blank()) + g.blank()
}

func (g *generator) heredocWord() string {
	return g.pick("", "", "3", "99999999999999999999") + "<<" + g.pick("", "", "-") + g.pick("", "", " ") +
		g.pick("EOF", "E", "'EOF'", "\"E\"", "E\"O\"F", "COPY", "", "a b", "$A", "\\E", "'", "E'O'", "é", "<")
}

func (g *generator) heredocBody() string {
	body := g.some(3, func() string { return g.pick("x\n", "FROM a\n", "\tE\n", "$A \\\n", "#c\n", "\n", "E \n", "x\r\n") }, "")
	return body + g.pick("EOF\n", "E\n", "COPY\n", "\tEOF\n", "EOF", "E\r\n", "$A\n", "é\n")
}

func (g *generator) args() string { return g.some(4, g.text, g.blank()) }

func (g *generator) pairs() string {
	pair := func() string {
		return g.pick("A", "B C", "'A'", "é", "", "A.B") + g.pick("=", "=", "=", "", " ") + g.text()
	}
	return g.some(3, pair, g.blank())
}

func (g *generator) instruction() string {
	switch g.IntN(20) {
	case 0, 1:
		return "FROM" + g.blank() + g.flags("--platform=linux/arm64", "--platform=$P") +
			g.pick("a", "scratch", "a:1", "$A", "${A:-b}") + g.pick("", "", " AS x", " as X", " AS 1x", " AS", " b c", " aſ y", " AS a.b-c_d")
	case 2, 3, 4:
		if g.chance(30) {
			return "RUN " + g.flags("--mount=type=cache,target=/x", "--mount=from=b,target=/y") +
				g.some(2, g.text, " ") + " " + g.heredocWord() + g.pick("", " "+g.heredocWord()) + "\n" + g.heredocBody() + g.pick("", g.heredocBody())
		}
		return "RUN" + g.blank() + g.flags("--mount=type=cache,target=/x", "--network=none", "--security=sandbox", "--device=a") + g.pick(g.args(), g.json())
	case 5, 6, 7:
		if g.chance(30) {
			return "COPY " + g.flags("--chown=a", "--link") + g.some(2, g.heredocWord, " ") + " /d\n" + g.heredocBody() + g.pick("", g.heredocBody())
		}
		return g.pick("COPY", "ADD") + g.blank() + g.flags("--from=x", "--chown=a:b", "--link", "--exclude=a", "--exclude=b") + g.pick(g.args(), g.json(), "a b", "a b c")
	case 8, 9:
		return g.pick("ENV", "LABEL") + g.blank() + g.pairs()
	case 10:
		return "ARG" + g.blank() + g.pick(g.pairs(), "A", "A B=1", "--x A", "=a")
	case 11:
		return g.pick("CMD", "ENTRYPOINT", "SHELL", "VOLUME") + g.blank() + g.pick(g.json(), g.args())
	case 12:
		return g.pick("USER", "WORKDIR", "STOPSIGNAL", "MAINTAINER", "EXPOSE") + g.pick("", " ", g.blank()) + g.args()
	case 13:
		return "HEALTHCHECK" + g.blank() + g.flags("--interval=1s", "--timeout=2m", "--retries=3", "--start-period=0s") +
			g.pick("CMD x", "CMD "+g.json(), "NONE", "NONE x", "none", "cmd", "GET x", "CMD\u00a0x", "CMD\xa0x")
	case 14:
		return "ONBUILD" + g.blank() + g.pick(g.instruction(), g.instruction(), "", "x y", "--a RUN b")
	case 15:
		return g.pick("#c", "# escape=`", "  # x", "#", "\t#y")
	case 16:
		return g.pick("", " ", "\t", "\\", " \\", "\r", "\u00a0")
	case 17:
		return g.text() + g.blank() + g.text()
	}
	return g.pick("RUN ", "run ", "Run\t") + g.args()
}

func (g *generator) dockerfile() string {
	head := g.some(2, func() string {
		return g.pick("# escape=`\n", "# syntax=docker/dockerfile:1\n", "#escape = \\ \n", "# check=skip=all\n", "# x=y\n", " #\tESCAPE=`\n",
			"# escape=x\n", "\n", "ARG A=1\n", "# escape= \n", "#syntax=a b\n", "\ufeff", "# syntax =\n")
	}, "")
	newline := g.pick("\n", "\n", "\n", "\r\n")
	body := g.some(6, g.instruction, newline)
	return head + g.pick("FROM a", "FROM a", "FROM a AS b", "from a", "") + newline + body + g.pick("", newline)
}

// sound is a Dockerfile of instructions that BuildKit accepts one by one, so that what they mean is
// compared and not only that they are refused.
func (g *generator) sound() string {
	text := "FROM a\n"
	for range g.IntN(8) {
		for range 5 {
			one := g.instruction() + "\n"
			if describeDockerfile([]byte("FROM a\n"+one)) != "error\n" {
				text += one
				break
			}
		}
	}
	return text
}

func (g *generator) pathPart() string {
	return g.pick("a", "b", "ab", "c.o", "x.py", "é", "a|b", "a+b", "(a)", "{a}", "[a]", "^", "-", "aa", "7", "a b", "#a", "!a", ".x", "\\", "\t", "_", "aaa", "A")
}

func (g *generator) path() string {
	return g.pathPart() + g.pick("", "", "/"+g.pathPart(), "/"+g.pathPart()+"/"+g.pathPart())
}

func (g *generator) patternPart() string {
	if g.chance(30) {
		return g.pathPart()
	}
	return g.pick("*", "**", "?", "a*", "*.o", "[a-c]", "[^a]", "[", "]", "\\*", "\\", "a{2}", "{1,2}", "a|b", "|", "[[:alpha:]]", "[\\d]", "\\d", "\\Q",
		"\\E", "[*]", "[?]", "[**]", "[]a]", "[a-]", "[-a]", "\\x41", "\\x{61}", "\\141", "^", "$", ".", "(", ")", "+", "..", "", "***", "a**b", "**a", "\\b", "\\A", "{2", "{2,}", "{1001}", "[\\]a]", "\\z", "\\C", "\\n", "\\8", "[z-a]", "[[:^alpha:]]", "[[:no:]]", "a{0}", "[\\W]", "\\S")
}

func (g *generator) pattern() string {
	parts := g.patternPart()
	for g.chance(60) {
		parts += g.pick("/", "/", "", "") + g.patternPart()
	}
	return g.pick("", "", "", "!", "/", " ", "./", "! ", "#") + parts + g.pick("", "", "", "/", " ", "/**", "/*")
}

func (g *generator) ignoreFile() string {
	return g.pick("", "", "\ufeff") + g.some(5, g.pattern, g.pick("\n", "\n", "\r\n")) + g.pick("", "\n")
}
