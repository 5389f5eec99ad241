package syntax

import (
	"errors"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/gradgen/gradgen/dsl/diag"
)

// forms says how each declaration and statement is written, for help lines.
var forms = map[string]string{
	"package":   "package name",
	"import":    `import "file.grad"`,
	"dim":       "dim B, or dim N = 784",
	"const":     "const name = value, or const name[i < n] = formula",
	"fn":        "fn name(x: type) -> type = formula, or { … return … }",
	"layer":     "layer Name(hyper: dim)(x: type) -> type { … }, or layer Name(hyper: dim) : T -> U = composition",
	"model":     "model Name : T -> U = composition, or model Name(x: type) -> type { … }",
	"loss":      "loss Name(x: type) = formula",
	"train":     `train Name = Loss with Adam(lr = 1e-3) on "fc.*"; the name and the last part may be left out`,
	"derive":    "derive name { value, grad(x) }",
	"rule":      "rule jvp f(x; dx) = formula, or rule vjp f(x; dy) = formula",
	"optimizer": "optimizer Name(lr: real = 1e-3) { … }",
	"init":      "init name(lo, hi) = formula",
	"param":     "param W : real[m, n] ~ uniform(-1, 1), or param s : real in (0, inf) = 1 when cond",
	"state":     "state m : real[n] = 0",
	"next":      "next m = formula",
	"step":      "step name(carry: type, x: type) { … return (carry, output) }",
	"return":    "return value",
}

// declWords are the words that begin a declaration.
var declWords = []string{
	"package", "import", "dim", "const", "fn", "layer", "model", "loss", "train", "derive", "rule", "optimizer", "init",
}

var stmtWords = []string{"param", "state", "next", "step", "dim", "const", "return"}

// pieces are our words for what participle calls by the names of the grammar.
var pieces = map[string]string{
	"nameG":    "a name",
	"varG":     "a name",
	"exprG":    "an expression",
	"typeG":    "a type",
	"stringG":  "a quoted text",
	"fieldsG":  "`(` and the inputs",
	"bindersG": "`[` and indices",
	"blockG":   "`{`",
	"BodyG":    "`=` and a formula, or `{`",
	"<arrow>":  "`->`",
	"<semi>":   "`;`",
	"<ident>":  "a name",
	"<string>": "a quoted text",
}

// wanted translates what participle expected, a piece of EBNF, into words: the first symbol of each alternative. It
// returns "" if participle does not say. unit is what a statement end is the end of.
func wanted(e *participle.UnexpectedTokenError, unit string) string {
	_, ebnf, ok := strings.Cut(e.Message(), " (expected ")
	if !ok {
		return ""
	}
	ebnf = strings.TrimSuffix(ebnf, ")")
	var words []string
	for _, alt := range alternatives(ebnf) {
		symbol, _, _ := strings.Cut(strings.TrimLeft(alt, "( "), " ")
		symbol = strings.TrimRight(symbol, ")?*+!")
		switch {
		case symbol == "<term>":
			words = append(words, "the end of the "+unit)
		case pieces[symbol] != "":
			words = append(words, pieces[symbol])
		default:
			if lit, err := strconv.Unquote(symbol); err == nil {
				words = append(words, "`"+lit+"`")
			}
		}
	}
	return strings.Join(words, " or ")
}

// alternatives splits the group that a piece of EBNF begins with at its top-level bars.
func alternatives(ebnf string) []string {
	if !strings.HasPrefix(ebnf, "(") {
		return []string{ebnf}
	}
	var out []string
	depth, from, quoted := 0, 1, false
	for i := 0; i < len(ebnf); i++ {
		switch c := ebnf[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return append(out, ebnf[from:i])
			}
		case c == '|' && depth == 1:
			out = append(out, ebnf[from:i])
			from = i + 1
		}
	}
	return append(out, ebnf[from:])
}

// declFault turns participle's error about a declaration into a fault.
func declFault(word string, err error) *fault {
	var f *fault
	if errors.As(err, &f) {
		return f
	}
	var e *participle.UnexpectedTokenError
	if !errors.As(err, &e) {
		return &fault{code: diag.Unexpected, message: "this declaration cannot be read"} // not reachable: participle has no other
	}
	t := &e.Unexpected
	what := wanted(e, "declaration")
	if what == "" {
		what = "the end of the declaration"
	}
	if word == "derive" && what == "`}`" {
		what = "a derivative such as grad(x), or `}`"
	}
	f = expected(what, t)
	if f.help == "" || word == "derive" {
		f.help = "the form is: " + forms[word]
	}
	return f
}

// stmtFault turns participle's error about a statement into a fault. first is the token that begins the statement.
func stmtFault(first *lexer.Token, err error) *fault {
	var f *fault
	if errors.As(err, &f) {
		return f
	}
	var e *participle.UnexpectedTokenError
	if !errors.As(err, &e) {
		return faultAt(first, diag.Unexpected, "this statement cannot be read")
	}
	t := &e.Unexpected
	what := wanted(e, "statement")
	_, special := forms[first.Value]
	switch {
	case what == "":
		return notAStatement(first)
	case first.Value == "param" && what == "the end of the statement" && isParamPart(t):
		return faultAt(t, diag.ParamForm, found(t)+" cannot stand here in a param").hint("the form is: " + forms["param"])
	case what == "`=`" && kind(first.Type) == kindIdent && !special:
		return notDefined(first, t)
	}
	f = expected(what, t)
	switch {
	case f.help != "" || !special:
	case first.Value == "dim":
		f.help = "in a body a size has a value: dim e = d / 2"
	default:
		f.help = "the form is: " + forms[first.Value]
	}
	return f
}

func isParamPart(t *lexer.Token) bool {
	return kind(t.Type) == kindTilde || kind(t.Type) == kindAssign || t.Value == "in" || t.Value == "when"
}

// notAStatement makes the fault about a token that begins no statement.
func notAStatement(t *lexer.Token) *fault {
	f := faultAt(t, diag.NotAStatement, "a statement cannot begin with "+found(t))
	return f.hint("a body defines names, y = … or y[i] = …, and returns a value: return …")
}

// notDefined makes the fault about a statement that begins with a name and is no definition: t is not `=`.
func notDefined(first, t *lexer.Token) *fault {
	f := faultAt(t, diag.NotAStatement, "expected `=` to define `"+clip(first.Value)+"`, found "+found(t))
	f.hint("a body defines names, y = … or y[i] = …, and returns a value: return …")
	if s := diag.Suggest(first.Value, stmtWords); s != "" && kind(t.Type) == kindIdent {
		f.start, f.end = tokenSpan(first)
		f.message = "`" + clip(first.Value) + "` does not begin a statement"
		f.hint("is it meant to be " + s + "?")
	}
	return f
}

// notADeclaration makes the fault about a token on the outermost level that begins no declaration.
func notADeclaration(t *lexer.Token, indented bool) *fault {
	f := faultAt(t, diag.NotADeclaration, "expected a declaration, found "+found(t))
	switch s := diag.Suggest(t.Value, declWords); {
	case kind(t.Type) == kindIdent && s != "":
		f.message = "`" + clip(t.Value) + "` does not begin a declaration"
		f.hint("is it meant to be " + s + "?")
	case indented:
		f.hint("if this continues the line above, an operator is missing between them")
	default:
		f.hint("declarations begin with package, import, dim, const, fn, layer, model, loss, train, derive, rule, optimizer or init")
	}
	return f
}
