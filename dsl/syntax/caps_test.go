package syntax

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gradgen/gradgen/dsl/diag"
)

// The budget that the worst text may use. What takes minutes hangs; that a text takes less than a second is for
// BenchmarkCaps to show, on a machine that does nothing else.
const (
	hang         = 2 * time.Minute
	memoryBudget = 200 << 20 // of heap in use, garbage included
)

// hostileTexts are the worst that came to mind.
func hostileTexts() []hostileText {
	const fn = "fn f(x: f64) -> f64 = "
	repeat := strings.Repeat
	return []hostileText{
		{"too many parentheses", fn + repeat("(", 300_000) + "x" + repeat(")", 300_000), diag.TooManyTokens},
		{"parentheses", fn + repeat("(", 190_000), diag.TooDeep},
		{"matched parentheses", fn + repeat("(", 90_000) + "x" + repeat(")", 90_000), diag.TooDeep},
		{"brackets", fn + repeat("[", 190_000), diag.TooDeep},
		{"braces", repeat("fn f(x: f64) -> f64 {\n", 20_000), diag.UnclosedBracket},
		{"steps in steps", fn[:19] + repeat("{\nstep s(x: f64) ", 20_000), diag.TooDeep},
		{"reads in reads", fn + repeat("x[", 90_000), diag.TooDeep},
		{"calls in calls", fn + repeat("f(", 90_000), diag.TooDeep},
		{"tuple types", "fn f(x: " + repeat("(", 190_000), diag.TooDeep},
		{"deepest parentheses", fn + repeat("(", 250) + "x" + repeat(")", 250), ""},
		{"minus signs", fn + repeat("-", 300_000) + "x", diag.TooManyTokens},
		{"fewer minus signs", fn + repeat("-", 150_000) + "x", diag.TooDeep},
		{"signs in exponents", fn + "x^" + repeat("-", 150_000) + "x", diag.TooDeep},
		{"not", fn + repeat("not ", 150_000) + "x", diag.TooDeep},
		{"powers", fn + repeat("x^", 90_000) + "x", diag.TooDeep},
		{"else if", fn + repeat("if x > 0 then 1 else ", 20_000) + "0", diag.TooDeep},
		{"if if", fn + repeat("if ", 150_000), diag.TooDeep},
		{"reductions", fn + repeat("sum[i] ", 40_000) + "x", diag.TooDeep},
		{"negative reductions", fn + repeat("-sum[i] ", 30_000) + "x", diag.TooDeep},
		{"calls behind calls", fn + "x" + repeat("(x)", 60_000), diag.TooDeep},
		{"reads behind reads", fn + "x" + repeat("[0]", 60_000), diag.TooDeep},
		{"paths", fn + "x" + repeat(".y", 90_000), diag.TooDeep},
		{"transposes", fn + "x" + repeat(".T", 90_000), diag.TooDeep},
		{"labels", fn + repeat("a: ", 90_000) + "x", diag.Unexpected},
		{"a long composition", "model M : f32[8] -> f32[8] = id" + repeat(" ∘ tanh", 50_000), ""},
		{"a long composition in reading order", "model M : f32[8] -> f32[8] = id" + repeat(" >> tanh", 50_000), ""},
		{"a composition of both directions", "model M : f32[8] -> f32[8] = id" + repeat(" >> tanh ∘ tanh", 25_000), diag.MixedComposition},
		{"a long sum", fn + "x" + repeat(" + x", 90_000), ""},
		{"a long product", fn + "x" + repeat(" * x", 90_000), ""},
		{"a long conjunction", fn + "x" + repeat(" and x", 90_000), ""},
		{"a long comparison", fn + "x" + repeat(" < x", 90_000), ""},
		{"a long vector", "const v = [" + repeat("1, ", 90_000) + "]", ""},
		{"many arguments", fn + "f(" + repeat("a = 1, ", 45_000) + ")", ""},
		{"many declarations", repeat("dim B\n", 60_000), ""},
		{"many statements", fn[:20] + "{\n" + repeat("y = 1\n", 40_000) + "}", ""},
		{"many bad statements", fn[:20] + "{\n" + repeat("y = *\n", 40_000) + "}", diag.MissingExpression},
		{"many bad declarations", repeat("dim 3\n", 60_000), diag.Unexpected},
		{"many stray brackets", repeat(") ", 190_000), diag.UnmatchedBracket},
		{"many strange lines", repeat("a\n", 90_000), diag.NotADeclaration},
		{"many unclosed brackets", repeat("fn f(\n", 60_000), diag.UnclosedBracket},
		{"a line of ten megabytes", "const a = " + repeat("1 + ", 10<<18) + "1", diag.FileTooLarge},
		{"a line of a megabyte", "const a = 1 // " + repeat("∘", 300_000), ""},
		{"a megabyte of one name", repeat("x", 1<<20), diag.LiteralTooLong},
		{"a megabyte of digits", "const a = " + repeat("1", 1<<19), diag.LiteralTooLong},
		{"a megabyte of quotes", repeat("\"", 1<<20), diag.TooManyTokens},
		{"a megabyte of quotes on lines", repeat("\"\n", 1<<19), diag.UnclosedString},
		{"a megabyte of newlines", repeat("\n", 1<<20), ""},
		{"a megabyte of semicolons", repeat(";", 1<<20), diag.TooManyTokens},
		{"a megabyte of zeros", repeat("\x00", 1<<20), diag.HiddenCharacter},
		{"a megabyte of invalid bytes", repeat("\xff", 1<<20), diag.InvalidUTF8},
		{"a megabyte of continuation bytes", repeat("\x80", 1<<20), diag.InvalidUTF8},
		{"a megabyte of comment openings", repeat("/*", 1<<19), diag.ForeignOperator},
		{"a megabyte of look-alikes", repeat("\u0430", 1<<19), diag.LookAlike},
		{"a megabyte of comments", repeat("//\n", 1<<18), diag.TooManyTokens},
		{"many comments above a declaration", repeat("//\n", 190_000) + "dim B", ""},
		{"doc comments of many declarations", repeat("//\ndim B\n", 60_000), ""},
	}
}

type hostileText struct {
	name, text string
	want       diag.Code // empty if the text is right
}

// TestCaps holds hostile texts to an error, or to a correct tree, within the budget.
func TestCaps(t *testing.T) {
	for _, c := range hostileTexts() {
		t.Run(c.name, func(t *testing.T) {
			var after runtime.MemStats
			runtime.GC()
			start := time.Now()
			file, errs := Parse(diag.NewSource("t.grad", []byte(c.text)))
			printed := errs.Text()
			Format(file)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			t.Logf("%v, %d MB", took.Round(time.Millisecond), after.HeapInuse>>20)
			if took > hang {
				t.Errorf("took %v", took)
			}
			if after.HeapInuse > memoryBudget {
				t.Errorf("%d MB in use", after.HeapInuse>>20)
			}
			if len(printed) > 200_000 {
				t.Errorf("%d bytes printed", len(printed))
			}
			switch {
			case c.want == "" && len(errs) > 0:
				t.Errorf("%.2000s", printed)
			case c.want != "" && len(errs) == 0:
				t.Error("no error")
			case c.want != "" && errs[0].Code != c.want:
				t.Errorf("want %s, got\n%.2000s", c.want, printed)
			}
		})
	}
}

// TestHeight checks that no tree of the parser is higher than the cap, over what the caps tests build.
func TestHeight(t *testing.T) {
	f := parseText(t, "fn f(x: f64) -> f64 = "+strings.Repeat("(", 250)+"x"+strings.Repeat(")", 250)+strings.Repeat(".T", 4))
	deepest := 0
	var walk func(n Node, depth int)
	walk = func(n Node, depth int) {
		deepest = max(deepest, depth)
		for _, c := range Children(n) {
			walk(c, depth+1)
		}
	}
	walk(f.Decls[0], 0)
	if deepest < 254 || deepest > MaxDepth+8 {
		t.Errorf("the tree is %d high", deepest)
	}
}

// BenchmarkCaps times them: every line is to stay below a second.
func BenchmarkCaps(b *testing.B) {
	for _, c := range hostileTexts() {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				file, errs := Parse(diag.NewSource("t.grad", []byte(c.text)))
				errs.Text()
				Format(file)
			}
		})
	}
}
