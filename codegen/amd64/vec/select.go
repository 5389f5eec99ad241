package vec

import (
	"slices"
)

// selector turns operations into codes.
type selector struct {
	*usage
	f    *Func
	args map[string]argument
	file *emitter

	codes  []code
	bank   []bank // of all registers, temporary ones included
	keep   []bool // registers that live so shortly that they must not be spilled
	full   width
	suffix string // of instructions on numbers: PS or PD
	lane   string // of instructions on integers in lanes: D or Q

	pending []*Inst // loads that wait for their use
	waits   []bool  // whether a register is that of a load that waits
	// hoisted are the constants that the outermost loop being selected uses, by
	// datum; hoist is what makes them, before the loop.
	hoisted map[int64]Reg
	hoist   []code
	depth   int
	labels  int32
}

// selection is a function as codes.
type selection struct {
	list []code
	bank []bank
	keep []bool
}

func (e *emitter) selected(f *Func, args map[string]argument) selection {
	n := f.Regs()
	s := &selector{usage: usageOf(f), f: f, args: args, file: e,
		codes: e.codes[:0], bank: make([]bank, n, 3*n), keep: make([]bool, n, 3*n),
		waits: make([]bool, n), hoisted: map[int64]Reg{},
		full: width(f.ISA) + ymm, suffix: [...]string{"PS", "PD"}[f.Elem], lane: [...]string{"D", "Q"}[f.Elem]}
	for r := 1; r < n; r++ {
		s.bank[r] = f.bankOf(Reg(r))
	}
	s.body(f.Body)
	e.codes = s.codes
	return selection{s.codes, s.bank, s.keep}
}

func (s *selector) body(list []Node) {
	for _, n := range list {
		switch n := n.(type) {
		case *Inst:
			s.inst(n)
		case *Loop:
			s.flush()
			s.loop(n)
		case *If:
			s.flush()
			s.choice(n)
		case *Comment:
			s.emit(code{kind: kindNote, name: n.Text})
		}
	}
	s.flush()
}

func (s *selector) emit(c code) { s.codes = append(s.codes, c) }

// temp is a new register.
func (s *selector) temp(b bank) Reg {
	s.bank = append(s.bank, b)
	s.keep = append(s.keep, false)
	return Reg(len(s.bank) - 1)
}

// brief is a new register that is used right away.
func (s *selector) brief(b bank) Reg {
	r := s.temp(b)
	s.keep[r] = true
	return r
}

func (s *selector) label() int32 {
	s.labels++
	return s.labels
}

// dst is where an operation's result is made.
func (s *selector) dst(i *Inst) Reg {
	r := i.Dst
	for s.alias[r] != None {
		r = s.alias[r]
	}
	return r
}

// Loops and choices.

func (s *selector) loop(l *Loop) {
	known := l.From.Int.Reg == None && l.To.Int.Reg == None
	trips := int64(-1)
	if known {
		trips = max(0, (l.To.Const-l.From.Const+l.Step-1)/l.Step)
	}
	switch trips {
	case 0:
		return
	case 1:
		s.integer(l.Counter.Reg, l.From.Const)
		s.body(l.Body)
		return
	}
	start := len(s.codes)
	s.depth++
	c := l.Counter.Reg
	limit, step, again, never := l.To, l.Step, "LT", "GE"
	s.setBound(c, l.From)
	if l.Down {
		s.codes = s.codes[:len(s.codes)-1]
		s.lastOf(c, l.To)
		limit, step, again, never = l.From, -1, "GE", "LT"
	}
	end := int32(0)
	if !known && !l.Once {
		end = s.label()
		s.jump(never, To(l.Counter), limit, end)
	}
	head := s.label()
	align := int64(0)
	if !hasLoop(l.Body) {
		align = innerAlign
	}
	s.emit(code{kind: kindHead, label: head, imm: align})
	s.body(l.Body)
	s.emit(code{kind: kindAddImm, dst: arg{reg: c}, src: [3]arg{{reg: c}}, n: 1, imm: step})
	s.jump(again, To(l.Counter), limit, head)
	s.codes[len(s.codes)-1].kind = kindBack
	if end != 0 {
		s.emit(code{kind: kindLabel, label: end})
	}
	if s.depth--; s.depth == 0 {
		s.codes = slices.Insert(s.codes, start, s.hoist...)
		s.hoist = s.hoist[:0]
		clear(s.hoisted)
	}
}

// innerAlign is to how many bytes the innermost loops are aligned: the unit in
// which instructions are fetched.
const innerAlign = 32

func (s *selector) setBound(r Reg, b Bound) {
	if b.Int.Reg == None {
		s.integer(r, b.Const)
		return
	}
	s.emit(code{kind: kindMove, dst: arg{reg: r}, src: [3]arg{{reg: b.Int.Reg}}, n: 1})
}

// lastOf is the number before a bound.
func (s *selector) lastOf(r Reg, b Bound) {
	if b.Int.Reg == None {
		s.integer(r, b.Const-1)
		return
	}
	s.emit(code{kind: kindAddImm, dst: arg{reg: r}, src: [3]arg{{reg: b.Int.Reg}}, n: 1, imm: -1})
}

func hasLoop(list []Node) bool {
	for _, n := range list {
		switch n := n.(type) {
		case *Loop:
			return true
		case *If:
			if hasLoop(n.Then) || hasLoop(n.Else) {
				return true
			}
		}
	}
	return false
}

// jumpName are the conditions of jumps on signed integers.
var jumpName = [...]string{EQ: "EQ", NE: "NE", LT: "LT", LE: "LE", GT: "GT", GE: "GE"}

var opposite = [...]Pred{EQ: NE, NE: EQ, LT: GE, LE: GT, GT: LE, GE: LT}
var mirrored = [...]Pred{EQ: EQ, NE: NE, LT: GT, LE: GE, GT: LT, GE: LE}

func (p Pred) holds(a, b int64) bool {
	return [...]bool{EQ: a == b, NE: a != b, LT: a < b, LE: a <= b, GT: a > b, GE: a >= b}[p]
}

func (s *selector) choice(c *If) {
	a, b, p := c.Cond.A, c.Cond.B, c.Cond.Op
	if a.Int.Reg == None {
		if b.Int.Reg == None {
			if p.holds(a.Const, b.Const) {
				s.body(c.Then)
			} else {
				s.body(c.Else)
			}
			return
		}
		a, b, p = b, a, mirrored[p]
	}
	other := s.label()
	s.jump(jumpName[opposite[p]], a, b, other)
	s.body(c.Then)
	if len(c.Else) > 0 {
		end := s.label()
		s.emit(code{kind: kindGoto, label: end})
		s.emit(code{kind: kindLabel, label: other})
		s.body(c.Else)
		other = end
	}
	s.emit(code{kind: kindLabel, label: other})
}

// jump goes to a label if a register compares so.
func (s *selector) jump(cond string, a, b Bound, to int32) {
	j := code{kind: kindJump, name: cond, src: [3]arg{{reg: a.Int.Reg}}, n: 1, label: to}
	if b.Int.Reg == None && b.Const == int64(int32(b.Const)) {
		j.imm = b.Const
	} else {
		r := b.Int.Reg
		if r == None {
			r = s.temp(generalBank)
			s.integer(r, b.Const)
		}
		j.src[1].reg, j.n = r, 2
	}
	s.emit(j)
}

func (s *selector) integer(r Reg, k int64) {
	s.emit(code{kind: kindInt, dst: arg{reg: r}, imm: k})
}
