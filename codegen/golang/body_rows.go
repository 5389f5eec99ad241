package golang

import (
	"slices"

	"github.com/gradgen/gradgen/ir/plan"
)

// A function of rows takes a range of them as its last arguments. Where workers
// are to share the rows, its other arguments are put into a field of the
// workspace, net_softmaxRows, whose method takes the range: this way a call hands
// over work without allocating.

// rowsSuffix ends the name of the type that holds the arguments.
const rowsSuffix = "Rows"

// rowsField is a field of a workspace for the arguments of a function of rows.
type rowsField struct {
	of        *plan.Shared
	name, typ Ident
}

// rowsType declares the type that holds the arguments of the function of a
// shared block, which calls the range of its rows so; nothing, if it has none.
func (p *printer) rowsType(g *plan.Shared, params []param, rows []Ident) []code {
	if g.Block.Rows == nil {
		return nil
	}
	name := p.shared[g]
	typ := name + rowsSuffix
	var args []code
	fields := slices.DeleteFunc(slices.Clone(params), func(x param) bool { return slices.Contains(rows, x.name) })
	for _, x := range params {
		switch slices.Index(rows, x.name) {
		case 0:
			args = append(args, id("lo"))
		case 1:
			args = append(args, id("n"))
		default:
			args = append(args, path("r", x.name))
		}
	}
	return []code{
		documented(fill(string(typ)+" is a call of "+string(name)+" whose rows workers share."), structType(typ, groupParams(fields)...)),
		documented("Rows computes rows lo to lo+n-1.",
			funcDecl(field(pointerTo(id(typ)), "r"), "Rows", []code{field(id("int"), "_", "lo", "n")}, nil, call(id(name), args...))),
	}
}

// share runs a block of rows: it gives all of them to the workers.
func (b *bodyPrinter) share(s *plan.Block, args []code) []code {
	r := b.names.Rows[slices.IndexFunc(b.names.Rows, func(r rowsField) bool { return r.of == s.Shared })]
	at := path("w", r.name)
	rows := []code{pair("N", b.int(s.Rows.Of)), pair("Cost", b.int(s.Rows.Cost))}
	if s.Rows.Unit > 1 {
		rows = append(rows, pair("Unit", integer(s.Rows.Unit)))
	}
	pool := statements([]anyCode{b.names.Pool})[0]
	return []code{
		set(at, composite(id(r.typ), args...)),
		call(dot(pool, "Share"), addressOf(at), composite(qual("runtime", "Rows"), rows...)),
	}
}
