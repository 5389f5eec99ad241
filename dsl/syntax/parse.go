package syntax

import (
	"slices"
	"sort"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/gradgen/gradgen/dsl/diag"
)

// Parse reads one source file. It always returns a file: a declaration with a mistake in it is a *BadDecl there, and a
// statement with one is left out of its block, so that the rest can be checked. The list is sorted and holds one
// finding for each independent mistake.
func Parse(src *diag.Source) (*File, diag.List) {
	p := &parser{file: &File{Source: src}, text: string(src.Text), misnamed: map[string]bool{}}
	tokens, errs, ok := scan(src)
	p.errs = errs
	if ok {
		p.file.tokens = tokens
		p.comments()
		laid, errs, ok := lay(src, tokens)
		p.errs.Add(errs...)
		if ok {
			p.declarations(laid)
			p.report()
		}
	}
	p.file.wrong = len(p.errs) > 0
	Inspect(p.file, func(n Node) bool {
		n.setFile(src)
		return true
	})
	return p.file, p.capped()
}

// parser holds what the parts of Parse share.
type parser struct {
	file     *File
	text     string
	errs     diag.List
	faults   []*fault        // of the declarations, not yet reported
	misnamed map[string]bool // reductions whose name was given to an array
}

// report turns the faults into findings. Reads of an array that must not have its name are no faults of their own.
func (p *parser) report() {
	for _, f := range p.faults {
		if !f.quiet && !p.misnamed[f.reducer] {
			p.errs.Add(f.diagnostic(p.file.Source))
		}
	}
}

func (p *parser) fault(faults ...*fault) {
	for _, f := range faults {
		p.faults = append(p.faults, f)
		if f.code == diag.ReductionName {
			p.misnamed[p.text[f.start:f.end]] = true
		}
	}
}

// capped returns the findings in order, at most MaxErrors of them.
func (p *parser) capped() diag.List {
	l := p.errs.Dedupe()
	if len(l) > MaxErrors {
		l = l[:MaxErrors:MaxErrors]
		l.Errorf(diag.TooManyErrors, l[MaxErrors-1].Span, "too many errors; the rest are not listed")
	}
	return l
}

func (p *parser) comments() {
	for _, t := range p.file.tokens {
		if t.kind == kindComment {
			c := &Comment{Text: p.text[t.start:t.end]}
			c.Loc = p.file.Source.Span(int(t.start), int(t.end))
			p.file.Comments = append(p.file.Comments, c)
		}
	}
}

// stream gives tokens the form that participle takes. The value of a token is its text as written; that of a
// statement end that is not written says why it is there.
func (p *parser) stream(tokens []token) []lexer.Token {
	out := make([]lexer.Token, len(tokens))
	for i, t := range tokens {
		value := p.text[t.start:t.end]
		if t.kind == kindTerm && t.start == t.end {
			switch {
			case i+1 == len(tokens):
				value = ""
			case tokens[i+1].kind == kindRBrace && !strings.Contains(p.text[t.start:tokens[i+1].end], "\n"):
				value = "}"
			default:
				value = "\n"
			}
		}
		out[i] = lexer.Token{Type: lexer.TokenType(t.kind), Value: value, Pos: lexer.Position{Offset: int(t.start)}}
	}
	return out
}

// declarations cuts the tokens where statements of the outermost level end, and reads each piece on its own: that is
// all the recovery that declarations need.
func (p *parser) declarations(laid []token) {
	tokens := p.stream(laid)
	from, depth := 0, 0
	lost := false // the last piece had a mistake, and what begins no declaration now is most likely its rest
	for i := range tokens {
		switch kind(tokens[i].Type) {
		case kindLBrace:
			depth++
		case kindRBrace:
			depth--
		case kindTerm:
			if depth == 0 {
				lost = p.piece(tokens[from:i+1], lost)
				from = i + 1
			}
			if len(p.faults) > MaxErrors {
				return
			}
		}
	}
}

// piece reads one declaration and reports whether that failed, a mistake inside a body aside.
func (p *parser) piece(tokens []lexer.Token, lost bool) bool {
	first := &tokens[0]
	last := &tokens[max(len(tokens)-2, 0)]
	head := DeclHead{}
	head.Loc.Start = int32(first.Pos.Offset)
	_, head.Loc.End = tokenSpan(last)
	head.Keyword.Start, head.Keyword.End = tokenSpan(first)

	if kind(first.Type) != kindIdent || !slices.Contains(declWords, first.Value) {
		p.stray(tokens, lost)
		return true
	}
	head.Doc = p.doc(head.Loc.Start)
	decl, faults := p.declaration(tokens, first.Value)
	unread := decl == nil
	if unread || incomplete(decl) {
		decl = &BadDecl{Word: first.Value}
		head.Name = nameOf(tokens)
	} else {
		head.Name = decl.Head().Name
	}
	*decl.Head() = head
	p.fault(faults...)
	if d, ok := decl.(*PackageDecl); ok && len(p.file.Decls) > 0 {
		p.packagePlace(d)
	}
	p.file.Decls = append(p.file.Decls, decl)
	return unread
}

// incomplete reports whether a mistake left a declaration without a part that whoever reads the tree counts on.
func incomplete(d Decl) bool {
	neither := func(x Expr, b *Block) bool { return x == nil && b == nil }
	switch d := d.(type) {
	case *FnDecl:
		return neither(d.Value, d.Body)
	case *LayerDecl:
		return neither(d.Value, d.Body) || !d.Sig.Pointwise && d.Value == nil
	case *ModelDecl:
		return neither(d.Value, d.Body) || !d.Sig.Pointwise && d.Value == nil
	case *LossDecl:
		return neither(d.Value, d.Body)
	case *RuleDecl:
		return neither(d.Value, d.Body)
	case *ConstDecl:
		return d.Value == nil
	case *InitDecl:
		return d.Value == nil
	case *OptimizerDecl:
		return d.Body == nil
	case *TrainDecl:
		return d.Loss == nil || d.With == nil
	}
	return false
}

// declaration runs participle over one declaration. A fault in the head leaves no declaration; faults in a body do.
func (p *parser) declaration(tokens []lexer.Token, word string) (Decl, []*fault) {
	lex, err := lexer.Upgrade(&stream{tokens: tokens})
	if err != nil {
		return nil, []*fault{declFault(word, err)} // not reachable: a stream has no errors
	}
	root, err := declParser().ParseFromLexer(lex, participle.AllowTrailing(false))
	if err != nil {
		return nil, []*fault{declFault(word, err)}
	}
	return root.Decl.convert()
}

// stray reports what stands on the outermost level and is no declaration, unless it is the rest of an earlier mistake.
func (p *parser) stray(tokens []lexer.Token, lost bool) {
	first := &tokens[0]
	start := first.Pos.Offset
	_, end := tokenSpan(&tokens[len(tokens)-1])
	if lost {
		// So is a brace that closes nothing, if the brace that it closes is what was missing.
		p.errs = slices.DeleteFunc(p.errs, func(d *diag.Diagnostic) bool {
			return d.Code == diag.UnmatchedBracket && int(d.Span.Start) >= start && d.Span.End <= end
		})
		return
	}
	line := p.text[strings.LastIndexByte(p.text[:start], '\n')+1 : start]
	p.fault(notADeclaration(first, line != "" && strings.TrimSpace(line) == ""))
}

// packagePlace reports a package clause that is not the first declaration.
func (p *parser) packagePlace(d *PackageDecl) {
	f := &fault{code: diag.PackagePlace, start: d.Keyword.Start, end: d.Keyword.End, message: "the package clause comes first"}
	other, label := p.file.Decls[0], "before it"
	for _, e := range p.file.Decls {
		if _, ok := e.(*PackageDecl); ok {
			other, label = e, "first"
			f.message = "a file has one package clause"
			break
		}
	}
	p.fault(f.note(other.Head().Keyword, label, "this declaration"))
}

// nameOf guesses the name that a declaration with a mistake declares.
func nameOf(tokens []lexer.Token) *Ident {
	at := 1
	if tokens[0].Value == "rule" {
		at = 2
	}
	if at >= len(tokens) || kind(tokens[at].Type) != kindIdent {
		return nil
	}
	lex, err := lexer.Upgrade(&stream{tokens: tokens[at : at+1]})
	if err != nil {
		return nil
	}
	return (&exprParser{lex: lex}).ident()
}

// doc returns the comment block that ends on the line above the token at an offset.
func (p *parser) doc(start int32) []string {
	tokens := p.file.tokens
	at := sort.Search(len(tokens), func(i int) bool { return tokens[i].start >= start })
	var doc []string
	for i := at - 1; i >= 0 && tokens[i].kind == kindComment && tokens[i+1].nl == 1; i-- {
		if i > 0 && tokens[i].nl == 0 {
			break // it stands behind something else
		}
		line := strings.TrimPrefix(p.text[tokens[i].start:tokens[i].end], "//")
		doc = append(doc, strings.TrimPrefix(line, " "))
	}
	slices.Reverse(doc)
	return doc
}
