package diag

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// span finds the n-th occurrence (from 0) of a text in a source.
func span(t *testing.T, src *Source, text string, n int) Span {
	t.Helper()
	at := -1
	for range n + 1 {
		i := strings.Index(string(src.Text[at+1:]), text)
		if i < 0 {
			t.Fatalf("no %q number %d in the source", text, n)
		}
		at += 1 + i
	}
	return src.Span(at, at+len(text))
}

func TestTextShowsBothOperandsAligned(t *testing.T) {
	src := NewSource("block.grad", []byte(strings.Repeat("\n", 12)+
		"fn f(a: f32[B, T, d]) -> f32[B, T, d] {\n    return a + (gelu ∘ fc: Dense(ff))(norm(a))\n}\n"))
	d := Errorf("GG0203", span(t, src, "+", 0), "cannot add f32[B, T, d=64] and f32[B, T, ff=256]: axis 2 differs")
	d.With(Note{Span: span(t, src, "a", 1), Label: "left", Text: "f32[B, T, d=64]", From: "parameter `a`", Origin: span(t, src, "a", 0)})
	d.With(Note{Span: span(t, src, "(gelu ∘ fc: Dense(ff))(norm(a))", 0), Label: "right", Text: "f32[B, T, ff=256]", From: "Dense(ff)", Origin: span(t, src, "Dense", 0)})
	d.Helpf("project back to d:  Dense(d) ∘ gelu ∘ Dense(ff)")
	want := "block.grad:14:14: error[GG0203]: cannot add f32[B, T, d=64] and f32[B, T, ff=256]: axis 2 differs\n" +
		"   14 |     return a + (gelu ∘ fc: Dense(ff))(norm(a))\n" +
		"      |            ~ ^ ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n" +
		"      |   left:  f32[B, T, d=64]    from parameter `a`, block.grad:13:6\n" +
		"      |   right: f32[B, T, ff=256]  from Dense(ff),     block.grad:14:30\n" +
		"   help: project back to d:  Dense(d) ∘ gelu ∘ Dense(ff)\n"
	if diff := cmp.Diff(want, d.Text()); diff != "" {
		t.Error(diff)
	}
}

func TestTextShowsTheOtherPlace(t *testing.T) {
	src := NewSource("a.grad", []byte("const a = 1\nconst b = 2\nconst a = 3\n"))
	d := Errorf("GG0301", span(t, src, "a =", 1), "`a` is declared twice").
		Note(span(t, src, "a =", 0), "first", "declared here")
	want := "a.grad:3:7: error[GG0301]: `a` is declared twice\n" +
		"    3 | const a = 3\n      |       ^^^\n" +
		"    1 | const a = 1\n      |       ~~~\n" +
		"      |   first: declared here  a.grad:1:7\n"
	if diff := cmp.Diff(want, d.Text()); diff != "" {
		t.Error(diff)
	}
}

func TestCaretsAlign(t *testing.T) {
	for _, c := range []struct{ name, line, at, text, under string }{
		{"tab", "\tx\t= y", "y", "    x   = y", "          ^"},
		{"unicode", "β ∘ α = y", "y", "β ∘ α = y", "        ^"},
		{"wide", "// 漢字 y", "y", "// 漢字 y", "        ^"},
		{"combining", "// e\u0301 y", "y", "// e\u0301 y", "     ^"},
		{"hidden", "// \u202e y", "y", "// <U+202E> y", "            ^"},
		{"escape", "// \x1b[31m y", "y", "// <U+001B>[31m y", "                ^"},
		{"invalid byte", "// \xff y", "y", "// \ufffd y", "     ^"},
		{"several columns", "x = 漢", "漢", "x = 漢", "    ^^"},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := NewSource("t", []byte(c.line+"\r\nnext\n"))
			s := span(t, src, c.at, 0)
			text, under := snippet(src, 0, []mark{{int(s.Start), int(s.End), '^'}})
			if text != c.text || under != c.under {
				t.Errorf("got\n%s\n%s\nwant\n%s\n%s", text, under, c.text, c.under)
			}
		})
	}
}

func TestSnippetAtTheEnds(t *testing.T) {
	src := NewSource("t", []byte("abc\n\nx"))
	for _, c := range []struct {
		offset      int
		text, under string
	}{{3, "abc", "   ^"}, {4, "", "^"}, {6, "x", " ^"}} {
		text, under := snippet(src, src.line(c.offset), []mark{{c.offset, c.offset, '^'}})
		if text != c.text || under != c.under {
			t.Errorf("at %d: got %q %q, want %q %q", c.offset, text, under, c.text, c.under)
		}
	}
}

func TestLongLineIsClipped(t *testing.T) {
	line := strings.Repeat("∘ab", 2_000_000)
	src := NewSource("t", []byte(line))
	for _, at := range []int{0, 5, len(line) / 2, len(line) - 1, len(line)} {
		d := Errorf(Unexpected, src.Span(at, at+3), "x").Note(src.Span(0, 3), "first", "here")
		text := d.Text()
		if len(text) > 1000 {
			t.Errorf("at %d: %d bytes printed", at, len(text))
		}
		if strings.ContainsRune(text, '\ufffd') {
			t.Errorf("at %d: a character was cut: %q", at, text)
		}
		if !strings.Contains(text, "^") {
			t.Errorf("at %d: no caret in %q", at, text)
		}
	}
}

func TestListOrderDedupeErr(t *testing.T) {
	a, b := NewSource("a", []byte("xyz")), NewSource("b", []byte("xyz"))
	var l List
	if l.Err() != nil {
		t.Error("an empty list is an error")
	}
	l.Warnf("GG0201", a.Span(0, 1), "careful")
	if l.Err() != nil {
		t.Error("a warning is an error")
	}
	l.Errorf("GG0101", b.Span(0, 1), "one")
	l.Errorf("GG0102", a.Span(2, 3), "two")
	l.Errorf("GG0102", a.Span(2, 3), "two")
	l.Errorf("GG0103", a.Span(1, 2), "three")
	l = l.Dedupe()
	var got []string
	for _, d := range l {
		got = append(got, d.Span.String()+" "+d.Message)
	}
	if diff := cmp.Diff([]string{"a:1:1 careful", "a:1:2 three", "a:1:3 two", "b:1:1 one"}, got); diff != "" {
		t.Error(diff)
	}
	if l.Err() == nil {
		t.Error("a list with errors has no Err")
	}
}

func TestJSON(t *testing.T) {
	src := NewSource("a.grad", []byte("dim B\nxyz\n"))
	l := List{Errorf(Unexpected, src.Span(6, 9), "no").Note(src.Span(0, 3), "first", "fact").Helpf("do")}
	text, err := l.JSON()
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "diagnostics": [
    {
      "code": "GG0109",
      "severity": "error",
      "title": "something else was expected",
      "message": "no",
      "place": {
        "file": "a.grad",
        "line": 2,
        "col": 1,
        "endLine": 2,
        "endCol": 4,
        "offset": 6,
        "length": 3
      },
      "notes": [
        {
          "label": "first",
          "text": "fact",
          "place": {
            "file": "a.grad",
            "line": 1,
            "col": 1,
            "endLine": 1,
            "endCol": 4,
            "offset": 0,
            "length": 3
          }
        }
      ],
      "help": "do"
    }
  ]
}
`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Error(diff)
	}
	empty, err := List(nil).JSON()
	if err != nil || !json.Valid(empty) || !strings.Contains(string(empty), "[]") {
		t.Errorf("empty list: %s, %v", empty, err)
	}
}

func TestEveryCodeIsExplained(t *testing.T) {
	form := regexp.MustCompile(`^GG0[0-8]\d\d$`)
	seen := map[Code]bool{}
	titles := map[string]Code{}
	for _, r := range Codes() {
		if !form.MatchString(string(r.Code)) {
			t.Errorf("%s is not GG and four digits of a known area", r.Code)
		}
		if seen[r.Code] {
			t.Errorf("%s has two rows", r.Code)
		}
		seen[r.Code] = true
		if other, ok := titles[r.Title]; ok {
			t.Errorf("%s and %s have the same title", r.Code, other)
		}
		titles[r.Title] = r.Code
		if r.Title == "" || strings.HasSuffix(r.Title, ".") {
			t.Errorf("%s: title %q is empty or ends with a full stop", r.Code, r.Title)
		}
		if r.Explanation == "" || r.Wrong == "" || r.Right == "" {
			t.Errorf("%s lacks an explanation or an example", r.Code)
		}
		if text, err := Explain(string(r.Code)); err != nil || !strings.Contains(text, r.Title) {
			t.Errorf("%s is not explained: %v", r.Code, err)
		}
	}
	if _, err := Explain("0109"); err != nil {
		t.Error(err)
	}
	if _, err := Explain("GG9109"); err == nil || !strings.Contains(err.Error(), "is it") {
		t.Errorf("no suggestion for a misspelt code: %v", err)
	}
}

func TestSuggest(t *testing.T) {
	for _, c := range []struct {
		name, want string
		from       []string
	}{
		{"modle", "model", []string{"layer", "model"}},
		{"Dens", "Dense", []string{"Dense"}},
		{"Dnese", "Dense", []string{"Dense"}},
		{"Dxxse", "", []string{"Dense"}},
		{"crosEntrpy", "crossEntropy", []string{"crossEntropy"}},
		{"x", "", []string{"y"}},
		{"i", "", []string{"id", "pi"}},
		{"ab", "ac", []string{"ac", "ad"}},
		{"sigmoit", "sigmoid", []string{"sigmoids", "sigmoid"}},
		{"λ1", "λ2", []string{"λ2"}},
		{"same", "", []string{"same"}},
	} {
		if got := Suggest(c.name, c.from); got != c.want {
			t.Errorf("Suggest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}
