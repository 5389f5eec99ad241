package vec

// Dots makes products of sums: where all that is summed crosswise is products of
// one vector with others, the first step of the transposition is done on the
// others, which are there earlier. What waits for the one vector are a
// multiplication and an addition to it, instead of these and the step between.
func (f *Func) Dots() {
	u := usageOf(f)
	dead := map[*Inst]bool{}
	u.dots(f.Body, dead)
	f.Drop(dead)
}

func (u *usage) dots(list []Node, dead map[*Inst]bool) {
	here := map[Reg]*Inst{} // what is assigned once, in this list
	for _, n := range list {
		switch n := n.(type) {
		case *Inst:
			if n.Op == OpSums && len(n.Args) > 1 {
				u.dot(n, here, dead)
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
func (u *usage) dot(sums *Inst, here map[Reg]*Inst, dead map[*Inst]bool) {
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
			return
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
			return
		}
	}
}
