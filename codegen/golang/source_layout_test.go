package golang

import (
	"fmt"
	"go/format"
	"strings"
	"testing"
)

// laidOut are what bodies are made of, and what gofmt measures.
var laidOut = []struct {
	text  string // with $1 and $2 for names
	known bool   // whether the form serves for other names
}{
	{"$1 := p . Data [0:64:64]\nclear ($1)", true},
	{"$1 := $2 [:B * T * 64]\nf ($1,T * 64 + 1,(B + 1) * 8,- $2,1e-05)", true},
	{"// what $1 is: a \"quote\", and {\n$1 := 1", true},
	{"for h := range 8 {\nw . Run (Product [float32] {\nBatch : B,M : T,\nLong : Operand {Data : $1,Off : h * 512},\nA : Operand {Data : $2},\n})\n}", true},
	{"if $1 > 0 && ! $2 {\nreturn $1\n} else {\n$2 ++\n}\n\n\nx := $1\nvar y float32", true},
	{"f ($1,\n$2,\n\"$2, {\\\"}\")", true},
	{"$1 = x [$2:$1:$2]\nx [i] --", true},
	{"switch $1 {\ncase 1,$2 :\nf ()\ndefault :\ng ($1 [i :$2])\n}", false},
	{"$1 := 1 // $2\n$2 := 2 // $1", false},
	{"var (\n$1 = 1\n$2 float32 = 2\n)", false},
	{"g := func () int { return $1 }", false},
	{"type t struct {\n$1 int\n$2 float32\n}", false},
	{"x := `$1`", false},
	{"x := '%' + $1", false},
	{"x := 0XAB + $1", true},
}

func named(text, first, second string) string {
	return strings.NewReplacer("$1", first, "$2", second).Replace(text)
}

// TestLayouts: with and without knowing their forms, statements look as gofmt would
// have them.
func TestLayouts(t *testing.T) {
	for _, s := range laidOut {
		l := &layouts{}
		forms := 0
		for k, names := range [][2]string{{"a", "b"}, {"blocks0AttnQ", "i"}, {"x_2", "aVeryLongNameForWhichThereIsHardlyAnyRoomOnALine"}} {
			text := named(s.text, names[0], names[1])
			want, err := format.Source([]byte("package p\nfunc _() {\n" + text + "\n}"))
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			got, ok := l.body([]byte("package p\n\nfunc _() {\n"), []byte(text))
			if got = append(got, "}\n"...); ok && string(got) != string(want) {
				t.Errorf("laid out:\n%s\nby gofmt:\n%s", got, want)
			}
			if k == 0 {
				forms = len(l.known)
			}
		}
		if known := forms > 0 && len(l.known) == forms; known != s.known {
			t.Errorf("the form serves for other names: %t\n%s", known, s.text)
		}
	}
}

// TestLayoutOfFunction: a function of many paragraphs, behind the head of a file.
func TestLayoutOfFunction(t *testing.T) {
	var b strings.Builder
	b.WriteString("package x\n\nimport (\n\"fmt\"\n)\n\n\n// F is one:\n//\n//\tx  f32\n func F (a,b [] float32,T int) (float32) {\n")
	for i := range 3 {
		for _, s := range laidOut {
			b.WriteString(named(s.text, fmt.Sprint("a", i), fmt.Sprint("long", i*i*1000)) + "\n\n\n\n")
		}
	}
	b.WriteString("return 0\n}\n")
	check := func(text string, whole bool) {
		t.Helper()
		want, err := format.Source([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		l := &layouts{}
		got, err := l.source([]byte(text))
		if err != nil || string(got) != string(want) {
			t.Errorf("%v, laid out:\n%s\nby gofmt:\n%s", err, got, want)
		}
		if apart := len(l.known) > 0; apart == whole {
			t.Errorf("formatted as a whole: %t", whole)
		}
	}
	withoutQuotes := strings.NewReplacer("`", "\"").Replace(b.String())
	check(withoutQuotes, false)
	check(b.String(), true) // who knows what braces are in quoted texts
	check(withoutQuotes+"\nfunc G () {\n}\n", true)
	check(strings.Replace(withoutQuotes, "return 0", "out :\nfor {\nbreak out\n}\nreturn 0", 1), true)
	wrong := []byte(strings.Replace(withoutQuotes, "clear (a2)", "clear (a2", 1))
	_, want := format.Source(wrong)
	if _, err := (&layouts{}).source(wrong); err == nil || err.Error() != want.Error() {
		t.Errorf("a mistake late in a file is %v, not %v", err, want)
	}
}
