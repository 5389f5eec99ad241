package vec

// Reuse computes once what statements compute from the same registers: they are
// built one after the other, and know nothing of each other. Reads of memory
// stay, which instructions make on the way.
func (f *Func) Reuse() {
	n := f.Regs()
	r := &reuse{defs: make([]int32, n), version: make([]int32, n), instead: make([]Reg, n), known: map[computed]Reg{}}
	r.count(f.Body)
	f.Body = r.list(f.Body)
}

// computed is a value: an operation and the versions of the registers it takes.
type computed struct {
	op       *Op
	imm      uint64
	args     [3]Reg
	versions [3]int32
}

type reuse struct {
	defs    []int32
	version []int32 // how often a register has been assigned
	instead []Reg   // what stands for a register
	known   map[computed]Reg
	log     []computed // the keys of known, in order, to be dropped at the end of a list
}

func (r *reuse) count(list []Node) {
	for _, n := range list {
		switch n := n.(type) {
		case *Inst:
			r.defs[n.Dst]++
		case *Loop:
			r.defs[n.Counter.Reg] += 2
			r.count(n.Body)
		case *If:
			r.count(n.Then)
			r.count(n.Else)
		}
	}
}

// list goes through statements and leaves out what has been computed.
func (r *reuse) list(list []Node) []Node {
	mark, kept := len(r.log), list[:0]
	for _, n := range list {
		switch n := n.(type) {
		case *Inst:
			if r.inst(n) {
				continue
			}
		case *Loop:
			r.bound(&n.From)
			r.bound(&n.To)
			// What the body assigns differs from one iteration to the next.
			r.assigned(n.Body)
			r.version[n.Counter.Reg]++
			n.Body = r.list(n.Body)
			r.assigned(n.Body)
		case *If:
			r.bound(&n.Cond.A)
			r.bound(&n.Cond.B)
			n.Then = r.list(n.Then)
			r.assigned(n.Then)
			n.Else = r.list(n.Else)
			r.assigned(n.Else)
		}
		kept = append(kept, n)
	}
	for _, k := range r.log[mark:] {
		delete(r.known, k)
	}
	r.log = r.log[:mark]
	return kept
}

// assigned notes that statements assign registers.
func (r *reuse) assigned(list []Node) {
	for _, n := range list {
		switch n := n.(type) {
		case *Inst:
			r.version[n.Dst]++
		case *Loop:
			r.version[n.Counter.Reg]++
			r.assigned(n.Body)
		case *If:
			r.assigned(n.Then)
			r.assigned(n.Else)
		}
	}
}

func (r *reuse) bound(b *Bound) { r.read(&b.Int.Reg) }

func (r *reuse) read(x *Reg) {
	if to := r.instead[*x]; to != None {
		*x = to
	}
}

// inst reports whether an operation need not be: its value is in a register that
// is never assigned again.
func (r *reuse) inst(i *Inst) bool {
	for k := range i.Args {
		r.read(&i.Args[k])
	}
	r.read(&i.Addr.Base.Reg)
	r.read(&i.Addr.Index.Reg)
	if !i.Op.HasDst {
		return false
	}
	r.version[i.Dst]++
	if i.Op == OpTake || i.Op.HasAddr || i.Param != "" || i.Op.Several || move(i.Op) || constant(i.Op) || r.defs[i.Dst] != 1 {
		return false
	}
	k := computed{op: i.Op, imm: i.Imm}
	for j, a := range i.Args {
		k.args[j], k.versions[j] = a, r.version[a]
	}
	if to, ok := r.known[k]; ok {
		r.instead[i.Dst] = to
		return true
	}
	r.known[k] = i.Dst
	r.log = append(r.log, k)
	return false
}
