package vec

// usage is what a function does with its registers.
type usage struct {
	defs, uses []int32
	tests      []int32 // the uses in which it is only compared with 0
	counts     []int32 // the uses as a number of lanes
	def        []*Inst // the last that assigns it
	// alias is the register in whose place a register is made, because all that
	// happens to it is to be moved there.
	alias []Reg

	at    int32
	list  int32
	lists int32
	// where a register was assigned, in which list of statements, and where it
	// was last touched.
	defAt, defList, touched []int32
}

func usageOf(f *Func) *usage {
	n := f.Regs()
	ints := make([]int32, 7*n)
	cut := func(i int) []int32 { return ints[i*n : (i+1)*n] }
	u := &usage{defs: cut(0), uses: cut(1), defAt: cut(2), defList: cut(3), touched: cut(4), tests: cut(5), counts: cut(6),
		def: make([]*Inst, n), alias: make([]Reg, n)}
	u.count(f.Body)
	u.walk(f.Body)
	return u
}

func (u *usage) bounds(bs ...Bound) {
	for _, b := range bs {
		u.uses[b.Int.Reg]++
	}
}

func (u *usage) count(list []Node) {
	for _, n := range list {
		switch n := n.(type) {
		case *Inst:
			for _, a := range n.Args {
				u.uses[a]++
				if n.Op == OpFirstN {
					u.counts[a]++
				}
			}
			u.uses[n.Addr.Base.Reg]++
			u.uses[n.Addr.Index.Reg]++
			u.defs[n.Dst]++
			u.def[n.Dst] = n
		case *Loop:
			u.bounds(n.From, n.To)
			u.defs[n.Counter.Reg] += 2
			u.count(n.Body)
		case *If:
			u.bounds(n.Cond.A, n.Cond.B)
			if c := n.Cond; (c.Op == EQ || c.Op == NE) && c.B == Number(0) {
				u.tests[c.A.Int.Reg]++
			}
			u.count(n.Then)
			u.count(n.Else)
		}
	}
}

// walk finds the moves that need not be: of a register that is assigned once,
// before in the same list, and used nowhere else, while what it is moved to is
// not touched in between.
func (u *usage) walk(list []Node) {
	outer := u.list
	u.lists++
	u.list = u.lists
	for _, n := range list {
		u.at++
		switch n := n.(type) {
		case *Inst:
			if move(n.Op) {
				from, to := n.Args[0], n.Dst
				d := u.def[from]
				if u.defs[from] == 1 && u.uses[from] == 1 && u.defAt[from] > 0 && u.defList[from] == u.list &&
					u.touched[to] <= u.defAt[from] && from != to && !constant(d.Op) &&
					!(move(d.Op) && u.alias[d.Args[0]] == from) {
					u.alias[from] = to
				}
			}
			for _, a := range n.Args {
				u.touched[a] = u.at
			}
			u.touched[n.Addr.Base.Reg] = u.at
			u.touched[n.Addr.Index.Reg] = u.at
			u.touched[n.Dst] = u.at
			u.defAt[n.Dst], u.defList[n.Dst] = u.at, u.list
		case *Loop:
			u.touch(n.From, n.To)
			u.touched[n.Counter.Reg] = u.at
			u.walk(n.Body)
			u.touch(n.From, n.To)
		case *If:
			u.touch(n.Cond.A, n.Cond.B)
			u.walk(n.Then)
			u.walk(n.Else)
		}
	}
	u.list = outer
}

func (u *usage) touch(bs ...Bound) {
	for _, b := range bs {
		u.touched[b.Int.Reg] = u.at
	}
}

func move(o *Op) bool { return o == OpMove || o == OpIMove || o == OpMaskMov }

// constant tells whether a row is one that needs no register to be kept.
func constant(o *Op) bool { return o == OpConst || o == OpSteps }
