package syntax

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/gradgen/gradgen/dsl/diag"
)

// fault is a syntax error on its way up through participle, which knows nothing of sources.
type fault struct {
	code       diag.Code
	start, end int32
	message    string
	help       string
	quiet      bool   // what is wrong has been reported already
	reducer    string // the reduction that lacks an operand, most likely an array with a reserved name
	notes      []faultNote
}

type faultNote struct {
	start, end  int32
	label, text string
}

// Error makes a fault an error for participle. The text is never shown.
func (f *fault) Error() string { return string(f.code) + ": " + f.message }

func (f *fault) hint(help string) *fault {
	f.help = help
	return f
}

func (f *fault) note(at diag.Span, label, text string) *fault {
	f.notes = append(f.notes, faultNote{at.Start, at.End, label, text})
	return f
}

// diagnostic returns the fault as it is shown.
func (f *fault) diagnostic(src *diag.Source) *diag.Diagnostic {
	d := diag.Errorf(f.code, src.Span(int(f.start), int(f.end)), "%s", f.message)
	d.Help = f.help
	for _, n := range f.notes {
		d.Note(src.Span(int(n.start), int(n.end)), n.label, "%s", n.text)
	}
	return d
}

// faultAt makes a fault about a token.
func faultAt(t *lexer.Token, code diag.Code, message string) *fault {
	start, end := tokenSpan(t)
	return &fault{code: code, start: start, end: end, message: message, quiet: kind(t.Type) == kindBroken}
}

// faultOn makes a fault about a part of the tree.
func faultOn(n Node, code diag.Code, message string) *fault {
	at := n.Span()
	return &fault{code: code, start: at.Start, end: at.End, message: message}
}

// expected makes the fault that something else should have stood where t does.
func expected(what string, t *lexer.Token) *fault {
	f := faultAt(t, diag.Unexpected, "expected "+what+", found "+found(t))
	switch k := kind(t.Type); {
	case k == kindAssign && (what == "`then`" || what == "`else`" || strings.HasPrefix(what, "`,` or")):
		f.help = "equality is written =="
	case k == kindLBrace && (what == "`then`" || what == "`else`"):
		f.help = "an if has no braces: if c then a else b"
	case strings.HasPrefix(what, "the end of the") && (k == kindIdent || k == kindNumber || k == kindLParen || k == kindString):
		f.help = "is an operator missing? a product is written with *"
	}
	return f
}

// found describes a token for a message.
func found(t *lexer.Token) string {
	switch k := kind(t.Type); k {
	case kindEOF:
		return "the end of the file"
	case kindTerm:
		switch t.Value {
		case "":
			return "the end of the file"
		case "\n":
			return "the end of the line"
		}
	case kindIf, kindThen, kindElse, kindAnd, kindOr, kindNot, kindWhere, kindReturn, kindTrue, kindFalse:
		return "the word `" + t.Value + "`"
	}
	return "`" + clip(t.Value) + "`"
}

// tokenSpan returns the bytes of a token. The value of a kindTerm that is not written describes why it is there.
func tokenSpan(t *lexer.Token) (start, end int32) {
	start = int32(t.Pos.Offset)
	if kind(t.Type) == kindTerm && t.Value != ";" {
		return start, start
	}
	return start, start + int32(len(t.Value))
}
