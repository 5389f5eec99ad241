package vec

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// verify tells whether a function is one: every operation has what its row
// says, and every register a value when it is read, whichever way was taken. It
// returns the layout of the parameters.
func (f *Func) verify() (map[string]argument, int, error) {
	if !isName(f.Name) {
		return nil, 0, fmt.Errorf("vec: %q is no name of a function", f.Name)
	}
	args, size, err := f.layout()
	if err != nil {
		return nil, 0, err
	}
	v := &verifier{f: f, args: args, assigned: make([]bool, f.Regs()), counters: map[Reg]bool{}, bounds: map[Reg]int{}, results: map[string]bool{}}
	if f.ISA > AVX512 || f.Elem > F64 || f.Lanes != f.ISA.Bytes()/f.Elem.Size() {
		v.fail(nil, "has vectors of no machine: %s x%d", f.ISA, f.Lanes)
	}
	v.list(f.Body)
	for _, r := range f.Results {
		if !v.results[r.Name] {
			v.fail(nil, "does not set its result %s", r.Name)
		}
	}
	return args, size, v.err
}

type verifier struct {
	f        *Func
	args     map[string]argument
	assigned []bool
	log      []Reg // what was assigned, in order, to be forgotten where ways join
	counters map[Reg]bool
	bounds   map[Reg]int // of the loops around
	results  map[string]bool
	err      error // the first
}

func (v *verifier) fail(n Node, format string, args ...any) {
	if v.err != nil {
		return
	}
	where := ""
	if n != nil {
		p := &textPrinter{f: v.f}
		if i, ok := n.(*Inst); ok && i.Op != nil {
			p.inst(i)
			where = p.String()
			where = where[:len(where)-1] + ": "
		} else if _, ok := n.(*Loop); ok {
			where = "a loop: "
		} else {
			where = "a choice: "
		}
	}
	v.err = fmt.Errorf("vec: function %s: %s%s", v.f.Name, where, fmt.Sprintf(format, args...))
}

func (v *verifier) list(list []Node) {
	for _, n := range list {
		switch n := n.(type) {
		case *Inst:
			v.inst(n)
		case *Loop:
			v.loop(n)
		case *If:
			v.choice(n)
		case *Comment:
		default:
			v.fail(nil, "has a statement of no kind")
		}
		if v.err != nil {
			return
		}
	}
}

// known tells whether a register exists.
func (v *verifier) known(r Reg) bool { return r > None && int(r) < v.f.Regs() }

func (v *verifier) read(n Node, r Reg, c Class) {
	switch {
	case !v.known(r):
		v.fail(nil, "an operand is no register: %d", r)
	case v.f.ClassOf(r) != c:
		v.fail(n, "%s is not %s", v.name(r), className[c])
	case !v.assigned[r]:
		v.fail(n, "%s is read and may not have been assigned", v.name(r))
	}
}

var className = [...]string{"a vector", "a mask", "an integer"}

func (v *verifier) name(r Reg) string { return (&textPrinter{f: v.f}).reg(r) }

func (v *verifier) assign(r Reg) {
	if !v.assigned[r] {
		v.assigned[r] = true
		v.log = append(v.log, r)
	}
}

// forget undoes the assignments since a mark, and returns them.
func (v *verifier) forget(mark int) []Reg {
	late := slices.Clone(v.log[mark:])
	for _, r := range late {
		v.assigned[r] = false
	}
	v.log = v.log[:mark]
	return late
}

func (v *verifier) loop(l *Loop) {
	for _, b := range []Bound{l.From, l.To} {
		v.bound(l, b)
	}
	switch r := l.Counter.Reg; {
	case v.err != nil:
		return
	case !v.known(r) || v.f.ClassOf(r) != General:
		v.fail(l, "its counter is no integer")
		return
	case v.counters[r] || v.assigned[r]:
		v.fail(l, "its counter %s is assigned elsewhere", v.name(r))
	case l.Step < 1 || l.Step > math.MaxInt32:
		v.fail(l, "its step is %d, which is not positive and of 32 bits", l.Step)
	case l.Down && l.Step != 1:
		v.fail(l, "it runs down by %d; only by 1 is possible", l.Step)
	}
	v.counters[l.Counter.Reg] = true
	mark := len(v.log)
	v.assign(l.Counter.Reg)
	v.bounds[l.From.Int.Reg]++
	v.bounds[l.To.Int.Reg]++
	v.list(l.Body)
	v.bounds[l.From.Int.Reg]--
	v.bounds[l.To.Int.Reg]--
	late := v.forget(mark)
	if l.Once || l.From.Int.Reg == None && l.To.Int.Reg == None && l.From.Const < l.To.Const {
		for _, r := range late {
			if r != l.Counter.Reg {
				v.assign(r)
			}
		}
	}
}

func (v *verifier) choice(s *If) {
	v.bound(s, s.Cond.A)
	v.bound(s, s.Cond.B)
	if s.Cond.Op > GE {
		v.fail(s, "the comparison %d is not of integers", s.Cond.Op)
	}
	if v.err != nil {
		return
	}
	mark := len(v.log)
	v.list(s.Then)
	then := v.forget(mark)
	v.list(s.Else)
	both := map[Reg]bool{}
	for _, r := range v.forget(mark) {
		both[r] = true
	}
	for _, r := range then {
		if both[r] {
			v.assign(r)
		}
	}
}

func (v *verifier) bound(n Node, b Bound) {
	if b.Int.Reg != None {
		v.read(n, b.Int.Reg, General)
	}
}

// inst checks an operation.
func (v *verifier) inst(i *Inst) {
	o := i.Op
	if o == nil {
		v.fail(nil, "has an instruction of no operation")
		return
	}
	if o.Several {
		if len(i.Args) < len(o.Args) {
			v.fail(nil, "%s has %d operands, not %d or more", o.Name, len(i.Args), len(o.Args))
			return
		}
	} else if len(i.Args) != len(o.Args) {
		v.fail(nil, "%s has %d operands, not %d", o.Name, len(i.Args), len(o.Args))
		return
	}
	for k, r := range i.Args {
		v.read(i, r, o.Args[min(k, len(o.Args)-1)])
	}
	if o.HasAddr {
		v.address(i)
	} else if i.Addr != (Addr{}) {
		v.fail(i, "it has no address")
	}
	if v.err == nil {
		v.immediate(i)
	}
	if v.err == nil {
		v.param(i)
	}
	switch {
	case v.err != nil:
	case !o.HasDst:
		if i.Dst != None {
			v.fail(i, "it has no result")
		}
	case !v.known(i.Dst):
		v.fail(nil, "the result of %s is no register: %d", o.Name, i.Dst)
	case v.f.ClassOf(i.Dst) != o.Dst:
		v.fail(i, "its result is not %s", className[o.Dst])
	case v.counters[i.Dst]:
		v.fail(i, "it assigns the counter of a loop")
	case v.bounds[i.Dst] > 0:
		v.fail(i, "it assigns a bound of the loop it is in")
	default:
		v.assign(i.Dst)
	}
}

func (v *verifier) address(i *Inst) {
	a := i.Addr
	v.read(i, a.Base.Reg, General)
	gather := i.Op == OpGather || i.Op == OpGatherInt
	switch {
	case v.err != nil:
	case a.Disp != int64(int32(a.Disp)):
		v.fail(i, "the displacement has more than 32 bits")
	case a.Index.Reg == None:
	case gather:
		v.fail(i, "the index of a gather is in lanes")
	case a.Scale != 1 && a.Scale != 2 && a.Scale != 4 && a.Scale != 8:
		v.fail(i, "the scale is not 1, 2, 4 or 8")
	default:
		v.read(i, a.Index.Reg, General)
	}
}

func (v *verifier) immediate(i *Inst) {
	width := uint64(8 * v.f.Elem.Size())
	good := true
	switch i.Op {
	case OpConst:
		good = width == 64 || i.Imm>>32 == 0
	case OpRound:
		good = Rounding(i.Imm) <= Trunc && i.Imm <= uint64(Trunc)
	case OpPass, OpTake:
		good = i.Imm < maxPlaces
	case OpParam:
		a := v.args[i.Param]
		good = i.Imm == 0 || a.Type == keyType && i.Imm < uint64(len(keyWords))
	case OpLocal:
		good = i.Imm <= uint64(v.f.Local)
	case OpSum, OpProduct, OpLeast, OpMost:
		good = bits.OnesCount64(i.Imm) == 1 && i.Imm <= uint64(v.f.Lanes)
	case OpSums:
		good = bits.OnesCount64(i.Imm) == 1 && i.Imm > 1 && i.Imm <= uint64(v.f.Lanes) && len(i.Args) <= int(i.Imm)
	case OpDots:
		good = bits.OnesCount64(i.Imm) == 1 && i.Imm > 1 && i.Imm <= uint64(v.f.Lanes) && len(i.Args) <= int(i.Imm)+1
	case OpPermute:
		for k := range v.f.Lanes {
			good = good && int(i.Imm>>(4*k)&15) < v.f.Lanes
		}
	case OpShl, OpShr, OpSar:
		good = i.Imm <= width
	case OpCmp:
		good = i.Imm <= uint64(Unordered)
	case OpCmpInt:
		good = i.Imm <= uint64(GE)
	case OpMaskSet:
		good = i.Imm <= 1
	case OpGDivI:
		good = int64(i.Imm) > 0
	case OpRecip, OpRSqrt:
		if v.f.Elem != F32 {
			v.fail(i, "it is for F32 only")
		}
	default:
		good = i.Op.HasImm || i.Imm == 0
	}
	if !good {
		v.fail(i, "the immediate %d is out of range", int64(i.Imm))
	}
}

// param checks the parameter, result or table that an operation names.
func (v *verifier) param(i *Inst) {
	a, exists := v.args[i.Param]
	number := [...]string{"float32", "float64"}[v.f.Elem]
	switch i.Op {
	case OpParam:
		if !exists || a.result || a.float() {
			v.fail(i, "there is no such parameter that is an integer or an address")
		}
	case OpParamF:
		if !exists || a.result || a.Type != number {
			v.fail(i, "there is no such parameter of type %s", number)
		}
	case OpResult:
		if !exists || !a.result || a.Type != number {
			v.fail(i, "there is no such result of type %s", number)
		}
		v.results[i.Param] = true
	case OpResInt:
		if !exists || !a.result || a.float() || a.slice() {
			v.fail(i, "there is no such result that is an integer")
		}
		v.results[i.Param] = true
	case OpCall:
		if !slices.ContainsFunc(v.f.Routines, func(r *Func) bool { return r.Name == i.Param && len(r.Routines) == 0 }) {
			v.fail(i, "there is no such routine, or it calls others")
		}
	case OpTable:
		if !isName(i.Param) {
			v.fail(i, "%q is no name of a table", i.Param)
		}
	default:
		if i.Param != "" {
			v.fail(i, "it has no parameter")
		}
	}
}
