package check

import (
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
)

// noCycles finds declarations that use themselves: nothing may, as every program is written out.
func (c *checker) noCycles(s *scope, uses map[*decl][]*decl) bool {
	state := map[*decl]uint8{}
	ok := true
	var visit func(d *decl, path []*decl)
	visit = func(d *decl, path []*decl) {
		switch state[d] {
		case done:
			return
		case running:
			ok = false
			from := slices.Index(path, d)
			e := c.errorf(s.env, diag.Recursive, d.node.Head().Name.Span(), "`%s` uses itself", d.name)
			for _, x := range path[from+1:] {
				e.Note(x.node.Head().Name.Span(), "through", "`%s`", x.name)
			}
			e.Helpf("there is no recursion: repeat with stack, iterate or scan")
			return
		}
		state[d] = running
		for _, x := range uses[d] {
			visit(x, append(path, d))
		}
		state[d] = done
	}
	for _, d := range s.order {
		visit(d, nil)
	}
	return ok
}
