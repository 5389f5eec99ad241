package vec

// Dots makes products of sums: where all that is summed crosswise is products of
// one vector with others, the first step of the transposition is done on the
// others, which are there earlier. What waits for the one vector are a
// multiplication and an addition to it, instead of these and the step between. They
// begin with 0, for nothing, and so need not be added to it.
func (f *Func) Dots() {
	u := usageOf(f)
	dead := map[*Inst]bool{}
	u.dots(f.Body, dead)
	f.Drop(dead)
}

func (u *usage) dots(list []Node, dead map[*Inst]bool) {
	here := map[Reg]*Inst{} // what is assigned once, in this list
	for k, n := range list {
		switch n := n.(type) {
		case *Inst:
			if n.Op == OpSums && len(n.Args) > 1 && u.dot(n, here, dead) {
				u.begin(n, list[k+1:], dead)
			}
			if u.defs[n.Dst] == 1 {
				here[n.Dst] = n
			}
		case *Loop:
			u.dots(n.Body, dead)
		case *If:
			u.dots(n.Then, dead)
			u.dots(n.Else, dead)
		}
	}
}

// dot rewrites sums if they are of products with a vector in common.
func (u *usage) dot(sums *Inst, here map[Reg]*Inst, dead map[*Inst]bool) bool {
	var made []*Inst
	var products [][]Reg
	for _, r := range sums.Args {
		d := here[r]
		for d != nil && d.Op == OpMove && u.uses[r] == 1 {
			made = append(made, d)
			r = d.Args[0]
			d = here[r]
		}
		if d == nil || d.Op != OpMul || u.uses[r] != 1 || u.defs[d.Args[0]] != 1 || u.defs[d.Args[1]] != 1 {
			return false
		}
		made, products = append(made, d), append(products, d.Args)
	}
	for _, one := range products[0] {
		args := []Reg{one}
		for _, p := range products {
			switch one {
			case p[0]:
				args = append(args, p[1])
			case p[1]:
				args = append(args, p[0])
			}
		}
		if len(args) > len(products) {
			sums.Op, sums.Args = OpDots, args
			for _, d := range made {
				dead[d] = true
			}
			return true
		}
	}
	return false
}

// begin makes a register the sums where it would be 0 first, and they be added to it.
func (u *usage) begin(sums *Inst, next []Node, dead map[*Inst]bool) {
	for k := 0; k+1 < len(next); k++ {
		first, ok1 := next[k].(*Inst)
		add, ok2 := next[k+1].(*Inst)
		switch {
		case !ok1 || !ok2 || first.Op != OpConst && first.Op != OpMove:
			return
		case add.Op == OpAdd && add.Args[0] == add.Dst && add.Args[1] == sums.Dst && u.uses[sums.Dst] == 1:
			if first.Op == OpMove && first.Dst == add.Dst && u.isZero(first.Args[0]) {
				add.Op, add.Args, dead[first] = OpMove, []Reg{sums.Dst}, true
			}
			return
		}
	}
}

// isZero reports whether a register is 0 and nothing else.
func (u *usage) isZero(r Reg) bool {
	d := u.def[r]
	return u.defs[r] == 1 && d != nil && d.Op == OpConst && d.Imm == 0
}
