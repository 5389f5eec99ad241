package golang

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// products lists the products of one element type in a space.
func (s *space) products(t ir.DType) []*plan.Product {
	var out []*plan.Product
	for _, u := range s.users {
		for _, p := range u.fn.prog.Products {
			if p.C.Buffer.DType == t {
				out = append(out, p)
			}
		}
	}
	return out
}

// engines lists the element types that there is a contraction engine for.
func (s *space) engines() []ir.DType {
	return slices.DeleteFunc([]ir.DType{ir.F32, ir.F64}, func(t ir.DType) bool { return !s.multiplies(t) })
}

// multiplies reports whether a space has products of an element type. Every
// product asks.
func (s *space) multiplies(t ir.DType) bool {
	return slices.ContainsFunc(s.users, func(u *tenant) bool {
		return slices.ContainsFunc(u.fn.prog.Products, func(p *plan.Product) bool { return p.C.Buffer.DType == t })
	})
}

// engine is the field of an engine.
func (s *space) engine(t ir.DType) Ident {
	switch {
	case len(s.engines()) == 1:
		return "engine"
	case t == ir.F32:
		return "engine32"
	}
	return "engine64"
}

// makeEngine makes an engine with one worker and memory for the largest product, and
// for the operands that it keeps.
func (s *space) makeEngine(t ir.DType, dim func(*ir.Dim) code) []code {
	products := s.products(t)
	sizes := make([][]ir.Int, len(products))
	for i, p := range products {
		m, n, k := p.Most()
		sizes[i] = append([]ir.Int{m, n, k}, p.Reach()...)
	}
	engine := path("w", s.engine(t))
	out := []code{set(engine, call(generic(qual("contract", "NewEngine"), elemType(t)), id("nil"), allocate(t, most("Space", sizes, dim))))}
	var reserved []code
	for k := 1; ; k++ {
		var kept [][]ir.Int
		for _, p := range products {
			if n, terms, ok := p.KeptSizes(k); ok {
				kept = append(kept, []ir.Int{n, terms})
			}
		}
		if kept == nil {
			break
		}
		reserved = append(reserved, most("KeptSpace", kept, dim))
	}
	if reserved != nil {
		out = append(out, call(dot(engine, "Reserve"), reserved...))
	}
	return out
}

// most is the largest memory that a function of the engine names for lists of sizes.
func most(function Ident, lists [][]ir.Int, dim func(*ir.Dim) code) code {
	var largest [][]ir.Int
	covers := func(a, b []ir.Int) bool {
		for i := range b {
			if i >= len(a) || !a[i].Sub(b[i]).NonNegative() {
				return false
			}
		}
		return true
	}
	for _, n := range lists {
		if slices.ContainsFunc(largest, func(m []ir.Int) bool { return covers(m, n) }) {
			continue
		}
		largest = append(slices.DeleteFunc(largest, func(m []ir.Int) bool { return covers(n, m) }), n)
	}
	spaces := make([]code, len(largest))
	for i, sizes := range largest {
		args := make([]code, len(sizes))
		for k, n := range sizes {
			args[k] = size(n, dim)
		}
		spaces[i] = call(qual("contract", function), args...)
	}
	if len(spaces) > 1 {
		return call(id("max"), spaces...)
	}
	return spaces[0]
}
