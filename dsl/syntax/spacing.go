package syntax

// space reports whether a space stands between token i and the one before it, on the same line.
func (f *formatter) space(i int) bool {
	p, t := f.tokens[i-1], f.tokens[i]
	switch t.kind {
	case kindComma, kindSemi, kindTerm, kindRParen, kindRBrack:
		return false
	case kindRBrace:
		return p.kind != kindLBrace
	case kindDot:
		return p.kind == kindNumber // 1 .T is not 1.T
	case kindColon:
		return f.headColon()
	case kindCaret:
		return false
	case kindLParen, kindLBrack:
		if f.calls(i - 1) {
			return f.closesPrefix(i - 1)
		}
	}
	switch p.kind {
	case kindLParen, kindLBrack, kindDot, kindCaret:
		return false
	case kindComma:
		return !f.top().tight
	case kindNot:
		if f.textOf(p) == "¬" {
			return false
		}
	case kindMinus:
		if !f.binary(i - 1) {
			return false
		}
	}
	if f.authors(t.kind) && f.binary(i) {
		return !f.tightAround(i)
	}
	if f.authors(p.kind) && f.binary(i-1) {
		return !f.tightAround(i - 1)
	}
	return true
}

// headColon reports whether a colon here belongs to the head of a statement, as in param W : real[n], and not to a
// label or an argument.
func (f *formatter) headColon() bool {
	if f.colon || !f.inBlock() {
		return false
	}
	switch f.word {
	case "param", "state", "model", "layer":
		return true
	}
	return false
}

// calls reports whether a bracket behind token i belongs to it: a call, a read, the arguments in a declaration.
func (f *formatter) calls(i int) bool {
	switch t := f.tokens[i]; t.kind {
	case kindIdent:
		switch f.textOf(t) {
		case "in", "when":
			return f.word != "param" || !f.inBlock()
		case "with":
			return f.word != "train"
		}
		return true
	case kindString, kindRParen, kindRBrack, kindNumber, kindTrue, kindFalse:
		return true
	}
	return false
}

// closesPrefix reports whether token i, the last bracket closed, ends the indices of a prefix reduction: then an operand
// follows, and a minus sign behind it has no left operand.
func (f *formatter) closesPrefix(i int) bool { return f.prefixEnd == i }

// authors reports whether the spaces around an operator are the author's choice.
func (f *formatter) authors(k kind) bool {
	return k == kindPlus || k == kindMinus || k == kindStar || k == kindSlash
}

// binary reports whether token i, if it is an operator, has a left operand.
func (f *formatter) binary(i int) bool {
	if f.tokens[i].kind != kindMinus {
		return true
	}
	prev := f.before(i)
	return prev >= 0 && f.calls(prev) && !f.closesPrefix(prev)
}

// tightAround reports whether the author wrote nothing on either side of token i.
func (f *formatter) tightAround(i int) bool {
	if i == 0 || i+1 == len(f.tokens) || f.tokens[i+1].kind == kindComment {
		return false
	}
	return f.tokens[i-1].end == f.tokens[i].start && f.tokens[i+1].start == f.tokens[i].end
}
