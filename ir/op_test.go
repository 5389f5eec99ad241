package ir

import "testing"

// Every partial of every row must parse and be built.
func TestPartialsInstantiate(t *testing.T) {
	for _, op := range Ops {
		for i := range op.Partials {
			args := make([]*Expr, op.Args)
			for k := range args {
				args[k] = &Expr{Op: OpVar, Type: F64, Var: "xyz"[k : k+1]}
			}
			if op == OpSelect {
				args[0].Type = Bool
			}
			r, s := &Expr{Op: OpVar, Type: F64, Var: "r"}, &Expr{Op: OpVar, Type: F64, Var: "s"}
			if _, ok := op.Partial(i, args, r, s); !ok {
				t.Errorf("%s: no partial %d", op.Name, i)
			}
		}
	}
}
