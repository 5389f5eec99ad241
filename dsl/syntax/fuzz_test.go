package syntax

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/dsl/diag"
)

// seeds returns right and wrong texts to start from.
func seeds(t testing.TB) []string {
	t.Helper()
	out := []string{declarations, messy}
	for _, pattern := range []string{programs, "../../golden/errors/syntax/*.txtar"} {
		files, _ := filepath.Glob(pattern)
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			in, _, _ := strings.Cut(strings.TrimPrefix(string(text), inMark), wantMark)
			out = append(out, in)
		}
	}
	return out
}

// checkAny holds what must be true of any text: the parser ends, its errors can be shown and are our own, and a right
// text keeps its tree when it is formatted. It reports whether the text is right.
func checkAny(t *testing.T, text string) bool {
	t.Helper()
	_, errs := Parse(diag.NewSource("t.grad", []byte(text)))
	if _, err := errs.JSON(); err != nil {
		t.Error(err)
	}
	errs.Text()
	for _, d := range errs {
		if d.Message == "" || !d.Span.IsValid() || strings.Contains(d.Message, "(expected") ||
			strings.Contains(d.Message, "cannot be read") || strings.Contains(d.Message, "expected ,") {
			t.Errorf("%q\n%s %q", text, d.Span, d.Message)
		}
		if _, ok := diag.Lookup(d.Code); !ok {
			t.Errorf("%s is not registered", d.Code)
		}
	}
	if len(errs) == 0 {
		checkFormat(t, text)
	}
	return len(errs) == 0
}

// FuzzParse looks for texts that make the parser panic, whose errors cannot be shown, or that formatting changes.
func FuzzParse(f *testing.F) {
	for _, text := range seeds(f) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkAny(t, string(text)) })
}

// TestMutations does the same with texts whose tokens are deleted, doubled, exchanged or taken from elsewhere, which
// stay closer to the language than what a fuzzer of bytes finds.
func TestMutations(t *testing.T) {
	rounds := 12_000
	if testing.Short() {
		rounds = 1_000
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var all [][]string // the tokens of single declarations, and of texts with mistakes
	for _, text := range seeds(t) {
		file, errs := Parse(diag.NewSource("t", []byte(text)))
		if len(errs) > 0 {
			all = append(all, cut(text))
			continue
		}
		for _, d := range file.Decls {
			all = append(all, cut(d.Span().Text()+"\n"))
		}
	}
	right := 0
	for range rounds {
		from := all[rng.IntN(len(all))]
		parts := append([]string(nil), from...)
		for range 1 + rng.IntN(3) {
			i, j := rng.IntN(len(parts)), rng.IntN(len(parts))
			switch rng.IntN(7) {
			case 0:
				parts[i] = ""
			case 1:
				parts[i] += " " + parts[i]
			case 2:
				parts[i], parts[j] = parts[j], parts[i]
			case 3:
				other := all[rng.IntN(len(all))]
				parts[i] = other[rng.IntN(len(other))]
			case 4:
				parts[i] = []string{"\n", ";", " ", "// c\n", "-", "(", ")", "sum[i]"}[rng.IntN(8)]
			default: // another gap
				if strings.TrimSpace(parts[i]) == "" {
					parts[i] = []string{"", "\n", "  ", "// c\n", "\n\n\n", ";"}[rng.IntN(6)]
				} else {
					parts[i] += []string{" ", "\n", "\t", " // c\n", ";"}[rng.IntN(5)]
				}
			}
		}
		if checkAny(t, strings.Join(parts, "")) {
			right++
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d of %d were right", right, rounds)
	if right < rounds/10 {
		t.Errorf("only %d of %d mutations were right programs", right, rounds)
	}
}

// cut cuts a text into its tokens and the spaces between them.
func cut(text string) []string {
	tokens, _, _ := scan(diag.NewSource("t", []byte(text)))
	var out []string
	at := 0
	for _, tok := range tokens {
		if gap := text[at:tok.start]; gap != "" {
			out = append(out, gap)
		}
		out = append(out, text[tok.start:tok.end])
		at = int(tok.end)
	}
	return append(out, text[at:])
}
