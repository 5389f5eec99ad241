package golang

import (
	"slices"
	"strings"

	"github.com/gradgen/gradgen/ir/plan"
)

// share notes the calls in a program, of the space, whose rows workers share: not those
// within others.
func (s *space) share(prog *plan.Program, names map[*plan.Shared]Ident) {
	plan.Each(prog.Body, func(t plan.Stmt) {
		b, ok := t.(*plan.Block)
		if !ok || b.Rows == nil || b.Rows.Within {
			return
		}
		if slices.ContainsFunc(s.rows, func(r rowsField) bool { return r.of == b.Shared }) {
			return
		}
		name := names[b.Shared]
		_, value, _ := strings.Cut(string(name), "_")
		s.rows = append(s.rows, rowsField{b.Shared, s.fields.Local("rows." + value), name + rowsSuffix})
	})
}

// parallel reports whether the space has work for several workers.
func (s *space) parallel() bool {
	return slices.ContainsFunc(s.users, func(u *tenant) bool { return u.fn.prog.Parallel() })
}

// poolFields are the workers, and what they share beside products.
func (s *space) poolFields() []code {
	var out []code
	if s.parallel() {
		out = append(out, comment("What SetWorkers began; nil is one worker."), field(pointerTo(qual("runtime", "Pool")), "pool"))
	}
	if len(s.rows) > 0 {
		out = append(out, comment("Calls whose rows workers share."))
	}
	for _, r := range s.rows {
		out = append(out, field(id(r.typ), r.name))
	}
	return out
}

// workers declares the methods that begin and end workers, of a type that is typ
// and has its pool and its engines at the given path.
func (s *space) workers(typ, self Ident, at ...Ident) []code {
	if !s.parallel() {
		return nil
	}
	part := func(n Ident) code { return path(self, append(slices.Clone(at), n)...) }
	pool := part("pool")
	closed := []code{call(dot(pool, "Close"))}
	begin := append(slices.Clone(closed), set(pool, call(qual("runtime", "NewPool"), id("n"))))
	end := append(closed, set(pool, id("nil")))
	for _, t := range s.engines() {
		give := call(dot(part(s.engine(t)), "SetPool"), pool)
		begin, end = append(begin, give), append(end, give)
	}
	recv := field(pointerTo(id(typ)), self)
	return []code{
		documented(fill("SetWorkers lets n goroutines share large sums of products, and the rows of long loops; at first there is one, the caller's. Results do not depend on n. It allocates memory for them, once; Close ends them."),
			funcDecl(recv, "SetWorkers", []code{field(id("int"), "n")}, nil, begin...)),
		documented(fill("Close ends the goroutines that SetWorkers began; the caller's goes on alone."),
			funcDecl(recv, "Close", nil, nil, end...)),
	}
}
