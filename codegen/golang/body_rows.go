package golang

import (
	"slices"

	"github.com/gradgen/gradgen/ir/plan"
)

// A function of rows takes a range of them as its last arguments. Where workers
// are to share the rows, its other arguments are put into a field of the
// workspace, net_softmaxRows, whose method takes the range: this way a call hands
// over work without allocating. What is given an engine, because it is all steps of a
// scan, is given the worker's own. Functions within it are called with the range that
// it was given.

// rowsSuffix ends the name of the type that holds the arguments.
const rowsSuffix = "Rows"

// rowsField is a field of a workspace for the arguments of a function of rows.
type rowsField struct {
	of        *plan.Shared
	name, typ Ident
}

// rowsType declares the type that holds the arguments of the function of a
// shared block, which calls the range of its rows so; nothing, if it has none, or
// if it is only called within others.
func (p *printer) rowsType(g *plan.Shared, params []param, engines, rows []Ident) []code {
	if !slices.ContainsFunc(g.Sites, func(b *plan.Block) bool { return b.Rows != nil && !b.Rows.Within }) {
		return nil
	}
	name := p.shared[g]
	typ := name + rowsSuffix
	var args []code
	fields := slices.DeleteFunc(slices.Clone(params), func(x param) bool { return slices.Contains(rows, x.name) })
	worker := Ident("_")
	for _, x := range params {
		switch {
		case x.name == rows[0]:
			args = append(args, id("lo"))
		case x.name == rows[1]:
			args = append(args, id("n"))
		case slices.Contains(engines, x.name):
			worker = "worker"
			args = append(args, call(dot(path("r", x.name), "Worker"), id(worker)))
		default:
			args = append(args, path("r", x.name))
		}
	}
	return []code{
		documented(fill(string(typ)+" is a call of "+string(name)+" whose rows workers share."), structType(typ, groupParams(fields)...)),
		documented("Rows computes rows lo to lo+n-1.",
			funcDecl(field(pointerTo(id(typ)), "r"), "Rows", []code{field(id("int"), worker, "lo", "n")}, nil, call(id(name), args...))),
	}
}

// share runs a block of rows: it gives all of them to the workers, or those that
// it was given itself.
func (b *bodyPrinter) share(s *plan.Block, args []code) []code {
	if s.Rows.Within {
		return []code{call(id(b.names.Shared[s.Shared]), append(args, id(b.axes[s.Rows.Lo]), id(b.axes[s.Rows.N]))...)}
	}
	r := b.names.Rows[slices.IndexFunc(b.names.Rows, func(r rowsField) bool { return r.of == s.Shared })]
	at := path("w", r.name)
	rows := []code{pair("N", b.int(s.Rows.Of)), pair("Cost", b.int(s.Rows.Cost))}
	if s.Rows.Unit > 1 {
		rows = append(rows, pair("Unit", integer(s.Rows.Unit)))
	}
	if s.Rows.Whole {
		rows = append(rows, pair("Whole", id("true")))
	}
	pool := statements([]anyCode{b.names.Pool})[0]
	return []code{
		set(at, composite(id(r.typ), args...)),
		call(dot(pool, "Share"), addressOf(at), composite(qual("runtime", "Rows"), rows...)),
	}
}
