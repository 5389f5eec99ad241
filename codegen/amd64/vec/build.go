package vec

import "math"

func (f *Func) add(n Node) { *f.open = append(*f.open, n) }

// Emit appends an operation as it is.
func (f *Func) Emit(i Inst) Reg {
	if i.Op.HasDst && i.Dst == None {
		i.Dst = f.reg(i.Op.Dst)
	}
	f.add(&i)
	return i.Dst
}

func (f *Func) vec(o *Op, args ...Reg) Vec { return Vec{f.Emit(Inst{Op: o, Args: args})} }

// Numbers.

// Const is x, rounded to the function's type, in all lanes.
func (f *Func) Const(x float64) Vec {
	if f.Elem == F32 {
		return f.Bits(uint64(math.Float32bits(float32(x))))
	}
	return f.Bits(math.Float64bits(x))
}

// Bits is a bit pattern in all lanes. It is made once a function, before
// everything else; whether it then lives in a register or in memory is a matter
// of emission.
func (f *Func) Bits(b uint64) Vec {
	v, ok := f.consts[b]
	if !ok {
		v = Vec{f.reg(Vector)}
		f.consts[b] = v
		f.Body = append([]Node{&Inst{Op: OpConst, Dst: v.Reg, Imm: b}}, f.Body...)
	}
	return v
}

func (f *Func) Add(a, b Vec) Vec     { return f.vec(OpAdd, a.Reg, b.Reg) }
func (f *Func) Sub(a, b Vec) Vec     { return f.vec(OpSub, a.Reg, b.Reg) }
func (f *Func) Mul(a, b Vec) Vec     { return f.vec(OpMul, a.Reg, b.Reg) }
func (f *Func) Div(a, b Vec) Vec     { return f.vec(OpDiv, a.Reg, b.Reg) }
func (f *Func) Sqrt(a Vec) Vec       { return f.vec(OpSqrt, a.Reg) }
func (f *Func) FMA(a, b, c Vec) Vec  { return f.vec(OpFMA, a.Reg, b.Reg, c.Reg) }
func (f *Func) FMS(a, b, c Vec) Vec  { return f.vec(OpFMS, a.Reg, b.Reg, c.Reg) }
func (f *Func) FNMA(a, b, c Vec) Vec { return f.vec(OpFNMA, a.Reg, b.Reg, c.Reg) }
func (f *Func) MinX(a, b Vec) Vec    { return f.vec(OpMinX, a.Reg, b.Reg) }
func (f *Func) MaxX(a, b Vec) Vec    { return f.vec(OpMaxX, a.Reg, b.Reg) }
func (f *Func) Recip(a Vec) Vec      { return f.vec(OpRecip, a.Reg) }
func (f *Func) LogEnds(a, b Vec) Vec { return f.vec(OpLogEnd, a.Reg, b.Reg) }
func (f *Func) RSqrt(a Vec) Vec      { return f.vec(OpRSqrt, a.Reg) }

// Round rounds to an integer.
func (f *Func) Round(a Vec, r Rounding) Vec {
	return Vec{f.Emit(Inst{Op: OpRound, Args: []Reg{a.Reg}, Imm: uint64(r)})}
}

// Bits and integers in lanes.

func (f *Func) And(a, b Vec) Vec     { return f.vec(OpAnd, a.Reg, b.Reg) }
func (f *Func) Or(a, b Vec) Vec      { return f.vec(OpOr, a.Reg, b.Reg) }
func (f *Func) Xor(a, b Vec) Vec     { return f.vec(OpXor, a.Reg, b.Reg) }
func (f *Func) AndNot(a, b Vec) Vec  { return f.vec(OpAndNot, a.Reg, b.Reg) }
func (f *Func) IAdd(a, b Vec) Vec    { return f.vec(OpIAdd, a.Reg, b.Reg) }
func (f *Func) ISub(a, b Vec) Vec    { return f.vec(OpISub, a.Reg, b.Reg) }
func (f *Func) IMul(a, b Vec) Vec    { return f.vec(OpIMul, a.Reg, b.Reg) }
func (f *Func) MulHigh(a, b Vec) Vec { return f.vec(OpMulHi, a.Reg, b.Reg) }
func (f *Func) ToInt(a Vec) Vec      { return f.vec(OpToInt, a.Reg) }
func (f *Func) ToFloat(a Vec) Vec    { return f.vec(OpToFloat, a.Reg) }
func (f *Func) Splat(a Int) Vec      { return f.vec(OpSplat, a.Reg) }

func (f *Func) shift(o *Op, a Vec, n int) Vec {
	return Vec{f.Emit(Inst{Op: o, Args: []Reg{a.Reg}, Imm: uint64(n)})}
}

func (f *Func) Shl(a Vec, n int) Vec { return f.shift(OpShl, a, n) }
func (f *Func) Shr(a Vec, n int) Vec { return f.shift(OpShr, a, n) }
func (f *Func) Sar(a Vec, n int) Vec { return f.shift(OpSar, a, n) }

// Steps is the integers 0, by, 2·by, … in lanes.
func (f *Func) Steps(by int64) Vec { return Vec{f.Emit(Inst{Op: OpSteps, Imm: uint64(by)})} }

// Across lanes.

func (f *Func) Sum(a Vec) Vec { return f.Across(OpSum, a, f.Lanes) }

// Across applies a row that makes one of the first n lanes, for the least power
// of 2 that is not less.
func (f *Func) Across(o *Op, a Vec, n int) Vec {
	lanes := uint64(1)
	for int(lanes) < n {
		lanes *= 2
	}
	return Vec{f.Emit(Inst{Op: o, Args: []Reg{a.Reg}, Imm: lanes})}
}

// Sums are the sums of the runs of n lanes of several vectors, side by side.
func (f *Func) Sums(list []Vec, n int) Vec {
	return Vec{f.Emit(Inst{Op: OpSums, Args: regsOf(list), Imm: uint64(n)})}
}

func regsOf(list []Vec) []Reg {
	regs := make([]Reg, len(list))
	for i, a := range list {
		regs[i] = a.Reg
	}
	return regs
}

func (f *Func) First(a Vec) Vec    { return f.vec(OpFirst, a.Reg) }
func (f *Func) Evens(a, b Vec) Vec { return f.vec(OpEvens, a.Reg, b.Reg) }
func (f *Func) Twice(a Vec) Vec    { return f.vec(OpTwice, a.Reg) }

// Permute is in lane k the lane of a that from says.
func (f *Func) Permute(a Vec, from func(k int) int) Vec {
	var digits uint64
	for k := range f.Lanes {
		digits |= uint64(from(k)) << (4 * k)
	}
	return Vec{f.Emit(Inst{Op: OpPermute, Args: []Reg{a.Reg}, Imm: digits})}
}

// Pick is in lane k the lane of a whose number lane k of at has.
func (f *Func) Pick(a, at Vec) Vec { return f.vec(OpPick, a.Reg, at.Reg) }

// Memory.

// At reads what a row without arguments, or with a mask, reads at an address.
func (f *Func) At(o *Op, at Addr, args ...Reg) Vec {
	return Vec{f.Emit(Inst{Op: o, Addr: at, Args: args})}
}

// Put writes what a row writes at an address.
func (f *Func) Put(o *Op, at Addr, args ...Reg) *Inst {
	i := &Inst{Op: o, Addr: at, Args: args}
	f.add(i)
	return i
}

// Masks.

func (f *Func) mask(o *Op, args ...Reg) Mask { return Mask{f.Emit(Inst{Op: o, Args: args})} }

func (f *Func) Cmp(p Pred, a, b Vec) Mask {
	return Mask{f.Emit(Inst{Op: OpCmp, Args: []Reg{a.Reg, b.Reg}, Imm: uint64(p)})}
}

func (f *Func) CmpInt(p Pred, a, b Vec) Mask {
	return Mask{f.Emit(Inst{Op: OpCmpInt, Args: []Reg{a.Reg, b.Reg}, Imm: uint64(p)})}
}

func (f *Func) Select(m Mask, a, b Vec) Vec { return f.vec(OpSelect, m.Reg, a.Reg, b.Reg) }
func (f *Func) MaskAnd(a, b Mask) Mask      { return f.mask(OpMaskAnd, a.Reg, b.Reg) }
func (f *Func) MaskOr(a, b Mask) Mask       { return f.mask(OpMaskOr, a.Reg, b.Reg) }
func (f *Func) MaskNot(a Mask) Mask         { return f.mask(OpMaskNot, a.Reg) }
func (f *Func) FirstN(n Int) Mask           { return f.mask(OpFirstN, n.Reg) }

// MaskSet holds in all lanes, or in none.
func (f *Func) MaskSet(holds bool) Mask {
	i := Inst{Op: OpMaskSet}
	if holds {
		i.Imm = 1
	}
	return Mask{f.Emit(i)}
}

// Any is 1 if a lane holds.
func (f *Func) Any(m Mask) Int { return Int{f.Emit(Inst{Op: OpAny, Args: []Reg{m.Reg}})} }

// Integers.

func (f *Func) int(o *Op, imm uint64, args ...Reg) Int {
	return Int{f.Emit(Inst{Op: o, Args: args, Imm: imm})}
}

func (f *Func) IConst(k int64) Int       { return f.int(OpIConst, uint64(k)) }
func (f *Func) GAdd(a, b Int) Int        { return f.int(OpGAdd, 0, a.Reg, b.Reg) }
func (f *Func) GSub(a, b Int) Int        { return f.int(OpGSub, 0, a.Reg, b.Reg) }
func (f *Func) GMul(a, b Int) Int        { return f.int(OpGMul, 0, a.Reg, b.Reg) }
func (f *Func) GAddI(a Int, k int64) Int { return f.int(OpGAddI, uint64(k), a.Reg) }
func (f *Func) GMulI(a Int, k int64) Int { return f.int(OpGMulI, uint64(k), a.Reg) }
func (f *Func) GDivI(a Int, k int64) Int { return f.int(OpGDivI, uint64(k), a.Reg) }
func (f *Func) GMin(a, b Int) Int        { return f.int(OpGMin, 0, a.Reg, b.Reg) }
func (f *Func) GMax(a, b Int) Int        { return f.int(OpGMax, 0, a.Reg, b.Reg) }
func (f *Func) ILoad(at Addr) Int        { return Int{f.Emit(Inst{Op: OpILoad, Addr: at})} }
func (f *Func) Lane(a Vec) Int           { return f.int(OpLane, 0, a.Reg) }
func (f *Func) Table(name string) Int    { return Int{f.Emit(Inst{Op: OpTable, Param: name})} }

// LocalAt is the address of the function's own memory.
func (f *Func) LocalAt() Int { return f.int(OpLocal, 0) }

// Param reads an integer, or the address of a slice's elements.
func (f *Func) Param(name string) Int { return Int{f.Emit(Inst{Op: OpParam, Param: name})} }

// ParamWord reads a word of a parameter that is a key.
func (f *Func) ParamWord(name string, word int) Int {
	return Int{f.Emit(Inst{Op: OpParam, Param: name, Imm: uint64(word)})}
}

// ParamFloat reads a number into all lanes.
func (f *Func) ParamFloat(name string) Vec { return Vec{f.Emit(Inst{Op: OpParamF, Param: name})} }

// Result sets a result, a number.
func (f *Func) Result(name string, a Vec) {
	f.Emit(Inst{Op: OpResult, Param: name, Args: []Reg{a.Reg}})
}

// ResultInt sets a result, an integer.
func (f *Func) ResultInt(name string, a Int) {
	f.Emit(Inst{Op: OpResInt, Param: name, Args: []Reg{a.Reg}})
}

// Assignments.

// Set assigns a register that exists already; what made b may be made there.
func (f *Func) Set(a, b Vec) { f.Emit(Inst{Op: OpMove, Dst: a.Reg, Args: []Reg{b.Reg}}) }

// SetInt assigns a register that exists already.
func (f *Func) SetInt(a, b Int) { f.Emit(Inst{Op: OpIMove, Dst: a.Reg, Args: []Reg{b.Reg}}) }

// Into applies a row and assigns the result to a register that exists already:
// f.Into(sum, OpFMA, a, b, sum).
func (f *Func) Into(dst Vec, o *Op, args ...Vec) {
	f.Emit(Inst{Op: o, Dst: dst.Reg, Args: regsOf(args)})
}

// NewVec is a register that nothing has been assigned to.
func (f *Func) NewVec() Vec { return Vec{f.reg(Vector)} }

// Copy is a new register with the value of a.
func (f *Func) Copy(a Vec) Vec { return f.vec(OpMove, a.Reg) }

// CopyInt is a new register with the value of a.
func (f *Func) CopyInt(a Int) Int { return f.int(OpIMove, 0, a.Reg) }

// Statements.

// NewLoop makes a loop that stands nowhere yet, so that statements can be put
// before it while its body is built.
func (f *Func) NewLoop(from, to Bound, step int64) *Loop {
	return &Loop{Counter: Int{f.reg(General)}, From: from, To: to, Step: step}
}

// Build makes what build appends go to the end of list.
func (f *Func) Build(list *[]Node, build func()) {
	outer := f.open
	f.open = list
	build()
	f.open = outer
}

// Append appends a statement.
func (f *Func) Append(n Node) { f.add(n) }

// Loop appends a loop, whose body is what body appends.
func (f *Func) Loop(from, to Bound, step int64, body func(counter Int)) *Loop {
	l := f.NewLoop(from, to, step)
	f.add(l)
	f.Build(&l.Body, func() { body(l.Counter) })
	return l
}

// If appends a choice; other may be nil.
func (f *Func) If(c Cond, then, other func()) {
	s := &If{Cond: c}
	f.add(s)
	f.Build(&s.Then, then)
	if other != nil {
		f.Build(&s.Else, other)
	}
}

// Note appends a comment.
func (f *Func) Note(text string) { f.add(&Comment{text}) }

// To is a bound that a register holds.
func To(i Int) Bound { return Bound{Int: i} }

// Number is a bound that is a number.
func Number(k int64) Bound { return Bound{Const: k} }
