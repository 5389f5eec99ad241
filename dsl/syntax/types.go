package syntax

import (
	"maps"
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
)

var elems = map[string]Elem{"real": Real, "f32": F32, "f64": F64, "i32": I32, "bool": Boolean}

var kinds = map[string]Kind{"dim": KindDim, "fn": KindFn, "layer": KindLayer}

// foreignTypes are what people write out of habit, with our word.
var foreignTypes = map[string]string{
	"float": "f32", "float32": "f32", "float64": "f64", "double": "f64", "number": "real", "num": "real", "scalar": "real",
	"int": "i32", "int32": "i32", "int64": "i32", "boolean": "bool", "size": "dim", "func": "fn", "function": "fn", "model": "layer",
	"f16": "f32", "bf16": "f32", "string": "", "u8": "i32", "i64": "i32", "uint8": "i32",
}

// typ reads a type or the kind of a hyper-parameter.
func (p *exprParser) typ() (Type, error) {
	t := p.peek()
	start := int32(t.Pos.Offset)
	if p.at(kindLParen) {
		return p.tupleType()
	}
	if !p.at(kindIdent) {
		return nil, expected("a type", t)
	}
	elem, known := elems[t.Value]
	if k, ok := kinds[t.Value]; ok {
		p.take()
		if p.at(kindLBrack) {
			return nil, faultAt(p.peek(), diag.UnknownType, "`"+t.Value+"` has no axes")
		}
		return &KindType{At: p.from(start), Kind: k}, nil
	}
	if !known {
		return nil, p.unknownType()
	}
	p.take()
	a := &ArrayType{Elem: elem}
	if p.at(kindLBrack) {
		var err error
		if a.Axes, err = p.axes(); err != nil {
			return nil, err
		}
	}
	a.At = p.from(start)
	return a, nil
}

func (p *exprParser) unknownType() *fault {
	t := p.peek()
	f := faultAt(t, diag.UnknownType, "`"+clip(t.Value)+"` is not a type")
	known := slices.Concat(slices.Sorted(maps.Keys(elems)), slices.Sorted(maps.Keys(kinds)))
	switch word := foreignTypes[t.Value]; {
	case word != "":
		f.hint("write " + word)
	case diag.Suggest(t.Value, known) != "":
		f.hint("is it meant to be " + diag.Suggest(t.Value, known) + "?")
	default:
		f.hint("the types are real, f32, f64, i32 and bool; hyper-parameters may also be dim, fn and layer")
	}
	return f
}

// tupleType reads `(T, U)`. Parentheses around one type mean nothing.
func (p *exprParser) tupleType() (Type, error) {
	start := int32(p.take().Pos.Offset)
	tuple := &TupleType{}
	for !p.at(kindRParen) {
		t, err := p.typ()
		if err != nil {
			return nil, err
		}
		tuple.Elems = append(tuple.Elems, t)
		if !p.accept(kindComma) {
			break
		}
	}
	if err := p.need(kindRParen, "`,` or `)`"); err != nil {
		return nil, err
	}
	switch len(tuple.Elems) {
	case 0:
		return nil, faultAt(p.last, diag.EmptyList, "expected a type in the parentheses")
	case 1:
		return tuple.Elems[0], nil
	}
	tuple.At = p.from(start)
	return tuple, nil
}

func (p *exprParser) axes() ([]Expr, error) {
	p.take()
	var out []Expr
	for !p.at(kindRBrack) {
		e, err := p.indexEntry(len(out) == 0)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
		if !p.accept(kindComma) {
			break
		}
	}
	if len(out) == 0 {
		return nil, faultAt(p.peek(), diag.EmptyList, "expected at least one axis").hint("a scalar type has no brackets")
	}
	return out, p.need(kindRBrack, "`,` or `]`")
}

// fields reads `(a: dim, x, y: real = 1)`. Names before a common type share it and the
// default behind it. In an initialiser types may be left out.
func (p *exprParser) fields(untyped bool) ([]*Field, error) {
	p.take()
	var out []*Field
	for !p.at(kindRParen) {
		group, err := p.fieldGroup(untyped)
		if err != nil {
			return nil, err
		}
		out = append(out, group...)
		if !p.accept(kindComma) {
			break
		}
	}
	return out, p.need(kindRParen, "`,` or `)`")
}

func (p *exprParser) fieldGroup(untyped bool) ([]*Field, error) {
	var group []*Field
	for {
		name, err := p.varName("a name")
		if err != nil {
			return nil, err
		}
		group = append(group, &Field{At: name.At, Name: name})
		if untyped || !p.at(kindComma) {
			break
		}
		p.take()
	}
	last := group[len(group)-1]
	if p.accept(kindColon) {
		t, err := p.typ()
		if err != nil {
			return nil, err
		}
		for _, f := range group {
			f.Type = t
			f.Loc.End = p.end
		}
	} else if !untyped {
		return nil, expected("`:` and the type of `"+last.Name.Spelt+"`", p.peek())
	}
	if p.accept(kindAssign) {
		value, err := p.expr()
		if err != nil {
			return nil, err
		}
		for _, f := range group {
			f.Default = value
			f.Loc.End = p.end
		}
	}
	return group, nil
}

// varName reads the name of something that can be indexed, which must not look like a reduction then.
func (p *exprParser) varName(what string) (*Ident, error) {
	t := p.peek()
	if err := p.reserved(); err != nil {
		return nil, err
	}
	if !p.at(kindIdent) {
		return nil, expected(what, t)
	}
	if IsReducer(t.Value) || t.Value == "concat" {
		return nil, faultAt(t, diag.ReductionName, "`"+t.Value+"` is a reduction and cannot name a value").
			hint("choose another name: " + t.Value + "[i] would not read it")
	}
	return p.ident(), nil
}

// reserved makes the fault about a reserved word where a name should stand.
func (p *exprParser) reserved() error {
	t := p.peek()
	if _, ok := words[t.Value]; ok {
		return faultAt(t, diag.ReservedWord, "the word `"+t.Value+"` is reserved and cannot be a name")
	}
	return nil
}
