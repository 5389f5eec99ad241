package ir

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mutants makes every wrong variant of a partial's text that one slip of the
// pen could: a sign, a constant, a variable, a function, a factor, a
// comparison, a branch.
func mutants(op *Op, text string) []string {
	var out []string
	add := func(s string) {
		if s != text && !slices.Contains(out, s) && parses(s) {
			out = append(out, s)
		}
	}
	replace := func(pattern string, with ...string) {
		for _, at := range regexp.MustCompile(pattern).FindAllStringIndex(text, -1) {
			for _, w := range with {
				add(text[:at[0]] + w + text[at[1]:])
			}
		}
	}
	add("0")
	add("2*(" + text + ")")
	add("-(" + text + ")")
	add("(" + text + ") + s")
	replace(` \+ `, " - ")
	replace(` - `, " + ")
	replace(`\*`, "/")
	replace(`/`, "*")
	replace(`-`, "")
	vars := []string{"r", "x", "y"}[:1+op.Args]
	for _, v := range append(vars, "s") {
		replace(`\b`+v+`\b`, append(append([]string{}, vars...), "s", "1", "-"+v, "("+v+" + 1)", "0")...)
	}
	for _, at := range regexp.MustCompile(`\d+(\.\d+)?`).FindAllStringIndex(text, -1) {
		v, _ := strconv.ParseFloat(text[at[0]:at[1]], 64)
		for _, w := range []float64{v + 1, v * 1.000001, v / 2, 0} {
			add(text[:at[0]] + strconv.FormatFloat(w, 'f', -1, 64) + text[at[1]:])
		}
	}
	for from, to := range map[string]string{"sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "log": "exp", "exp": "log",
		"digamma": "trigamma", "trigamma": "digamma", "sqrt": "abs", "hypot": "max", "sign": "abs", "sigmoid": "tanh", "pow": "hypot"} {
		replace(`\b`+from+`\(`, to+"(")
	}
	replace(` < `, " > ")
	replace(` > `, " < ")
	replace(` == `, " != ")
	replace(` >= `, " < ")
	for _, factor := range regexp.MustCompile(`[a-z0-9.]+\*|\*[a-z0-9.]+\b[^(]|\*[a-z0-9.]+$`).FindAllString(text, -1) {
		add(strings.Replace(text, factor, strings.TrimLeft(factor[len(strings.TrimRight(factor, " +-)"))-0:], "*"), 1))
		add(strings.Replace(text, factor, "", 1))
	}
	return out
}

func parses(text string) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	e := Instantiate(text, F64, variable)
	e.Walk(func(e *Expr) {
		// A row applied to the wrong number of arguments, or to a condition.
		if len(e.Args) != e.Op.Args {
			panic("arity")
		}
		for k, a := range e.Args {
			condition := e.Op == OpSelect && k == 0 || e.Op == OpAnd || e.Op == OpOr || e.Op == OpNot
			if condition != (a.Type == Bool || a.Op.Bool) {
				panic("type")
			}
		}
	})
	return true
}

// equivalences lists mutants that are no mistakes: rows, a pattern of the
// mutant, and why it computes the same.
var equivalences = []struct{ rows, mutant, why string }{
	{"max min", `== y then 0\.5\*s else .*`, "the last branch is reached with NaN operands only, and gives NaN in any form"},
	{"max", `r > y|y < r|r > x|x < r|== r|r == y`, "the result is the greater operand, and neither is NaN that far"},
	{"min", `r < y|y > r|r < x|x > r|== r|r == y`, "the result is the smaller operand, and neither is NaN that far"},
	{"relu", `^if r > 0 then s else if r == 0 then 0 else`, "the last branch is reached with NaN only"},
	{"relu", `^if x > 0 then`, "the result is positive where the argument is"},
	{"relu hypot", `-r == 0`, "zero has no sign here"},
	{"pow", `-x == 0`, "zero has no sign here"},
	{"sign floor ceil round", `^(2\*|-)\(0\)`, "zero"},
	{"log log1p log2", `then (-r|\(r \+ 1\)) else`, "the result is NaN there"},
	{"digamma", `else (-r|\(r \+ 1\))\)$`, "the result is NaN there"},
	{"atanh", `then (-r|\(r \+ 1\)) else`, "the result is NaN there"},
	{"sin sinh", `cosh?\(-x\)`, "even"},
	{"asinh", `hypot\(1, -x\)|hypot\(-1, x\)`, "even"},
}

func equivalent(op *Op, mutant string) bool {
	for _, e := range equivalences {
		if slices.Contains(strings.Fields(e.rows), op.Name) && regexp.MustCompile(e.mutant).MatchString(mutant) {
			return true
		}
	}
	return false
}

// A deliberately wrong partial must be caught, by differences or by the table
// of special values.
func TestMutantsAreKilled(t *testing.T) {
	total, alive := 0, 0
	differentiable(func(op *Op, i int, text string) {
		for _, m := range mutants(op, text) {
			total++
			if checkPartial(op, i, m) != nil || failsSpecial(op, i, m) || equivalent(op, m) {
				continue
			}
			alive++
			t.Errorf("%s by %s: %q lives as %q", op.Name, "xyz"[i:i+1], text, m)
		}
	})
	if total < 900 {
		t.Errorf("only %d mutants", total)
	}
	t.Logf("%d mutants, %d alive", total, alive)
}

func failsSpecial(op *Op, i int, text string) bool {
	for _, c := range specials {
		if c.op == op.Name && c.arg == i && !same(partialAt(op, text, c.x, c.s), c.want) {
			return true
		}
	}
	return false
}

// same compares numbers, NaN equal to itself and zeros of either sign equal.
func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
