package vec

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// domain is what the operands of a row are.
type domain uint8

const (
	numbers domain = iota // any, NaN and infinities among them
	bounded               // numbers that integers can be rounded to
	whole                 // integers as wide as lanes
	halves                // integers of 32 bits, in lanes
	exact                 // integers that are numbers
)

// rowTest is how a row is tested.
type rowTest struct {
	of   domain
	imms []uint64
	// whole tells that the result is an integer in lanes, all bits of which
	// matter.
	whole bool
	near  float64
	build func(*row, uint64)
}

// row is the function that tests one, in the making. Operands of vectors begin
// at element at of the parameters.
type row struct {
	*Func
	op         *Op
	whole      bool // the result is an integer in lanes
	a, b, c, k Int
	out, outi  Int
	n, n2      Int
	at         Int
}

func (r *row) element(base Int) Addr { return Addr{Base: base, Index: r.at, Scale: r.Elem.Size()} }
func (r *row) int32(base Int) Addr   { return Addr{Base: base, Index: r.at, Scale: 4} }

// mask holds where the integers of k, shifted, are odd.
func (r *row) mask(shift int) Mask {
	k := r.Shr(r.At(OpLoadInt, r.int32(r.k)), shift)
	return r.CmpInt(EQ, r.And(k, r.Bits(1)), r.Bits(1))
}

// lanewise tests a row that computes vectors from vectors and masks.
func lanewiseRow(r *row, imm uint64) {
	var args []Reg
	bases, vectors, masks := []Int{r.a, r.b, r.c}, 0, 0
	for _, c := range r.op.Args {
		if c == Masks {
			args = append(args, r.mask(masks).Reg)
			masks++
		} else {
			args = append(args, r.At(OpLoad, r.element(bases[vectors])).Reg)
			vectors++
		}
	}
	r.keep(r.Emit(Inst{Op: r.op, Args: args, Imm: imm}))
}

// keep writes a result.
func (r *row) keep(x Reg) {
	switch r.ClassOf(x) {
	case Vector:
		if r.whole {
			r.keepInts(Vec{x})
		} else {
			r.Put(OpStore, r.element(r.out), x)
		}
	case Masks:
		r.keepInts(r.Select(Mask{x}, r.Bits(1), r.Bits(2)))
	case General:
		r.keepInts(r.Splat(Int{x}))
	}
}

// keepInts writes all bits of integers.
func (r *row) keepInts(v Vec) {
	r.Put(OpStoreInt, r.int32(r.outi), v.Reg)
	if r.Elem == F64 {
		at := r.int32(r.outi)
		at.Disp = 4 * rowElements
		r.Put(OpStoreInt, at, r.Shr(v, 32).Reg)
	}
}

// constantRow tests a row without operands.
func constantRow(r *row, imm uint64) {
	if r.op == OpConst && r.Elem == F32 {
		imm &= 1<<32 - 1
	}
	r.keep(r.Emit(Inst{Op: r.op, Imm: imm}))
}

// readRow tests a row that reads memory.
func readRow(r *row, _ uint64) {
	base := r.element(r.a)
	if r.op == OpLoadInt || r.op == OpLoadIntM || r.op == OpBcastInt || r.op == OpGatherInt {
		base = r.int32(r.k)
	}
	var args []Reg
	if len(r.op.Args) == 2 {
		base.Index, base.Disp = Int{}, 8
		if r.op == OpGather {
			base.Disp = int64(r.Elem.Size())
		}
		index := r.And(r.At(OpLoadInt, r.int32(r.k)), r.Bits(255))
		args = append(args, index.Reg)
	}
	if len(r.op.Args) > 0 {
		args = append(args, r.mask(len(args)).Reg)
	}
	r.keep(r.Emit(Inst{Op: r.op, Addr: base, Args: args}))
}

// writeRow tests a row that writes memory.
func writeRow(r *row, _ uint64) {
	to, v := r.element(r.out), r.At(OpLoad, r.element(r.a))
	if strings.HasPrefix(r.op.Name, "store.int") {
		to, v = r.int32(r.outi), r.IAdd(r.At(OpLoadInt, r.int32(r.k)), r.Bits(7))
	}
	args := []Reg{v.Reg}
	if len(r.op.Args) == 2 {
		args = append(args, r.mask(2).Reg)
	}
	r.Put(r.op, to, args...)
}

// truthRow tests a row that reads or writes truth values.
func truthRow(r *row, _ uint64) {
	at := func(name string) Addr { return Addr{Base: r.Param(name), Index: r.at, Scale: 1} }
	if r.op.HasDst {
		var args []Reg
		if len(r.op.Args) > 0 {
			args = append(args, r.mask(0).Reg)
		}
		r.keep(r.Emit(Inst{Op: r.op, Addr: at("t"), Args: args}))
		return
	}
	args := []Reg{r.mask(0).Reg, r.mask(1).Reg}
	r.Put(r.op, at("outt"), args[:len(r.op.Args)]...)
}

func truths(r *rand.Rand) []bool {
	out := make([]bool, rowElements)
	for i := range out {
		out[i] = r.IntN(2) == 1
	}
	return out
}

// generalRow tests a row of integers.
func generalRow(r *row, imm uint64) {
	args := []Reg{r.n.Reg, r.n2.Reg}
	x := r.Emit(Inst{Op: r.op, Args: args[:len(r.op.Args)], Imm: imm})
	r.keep(x)
	if r.op.Dst == General {
		r.keepInts(r.Splat(r.GDivI(Int{x}, 1<<32)))
		r.ResultInt("i", Int{x})
	}
}

// leadingRow makes a mask of a number that is known, or that is not.
func leadingRow(r *row, imm uint64) {
	n := r.n
	if imm != unknown {
		n = r.IConst(int64(imm))
	}
	r.keep(r.FirstN(n).Reg)
}

// sumsRow brings the sums of all runs of lanes side by side.
func sumsRow(r *row, imm uint64) {
	n := min(int(imm), r.Lanes)
	x, y := r.At(OpLoad, r.element(r.a)), r.At(OpLoad, r.element(r.b))
	list := []Vec{x}
	for len(list) < n {
		list = append(list, r.FMA(list[len(list)-1], r.Const(0.5), y))
	}
	r.keep(r.Sums(list, n).Reg)
}

// dotsRow does so with products: of vectors from memory, and of one that is not.
func dotsRow(r *row, imm uint64) {
	n := min(int(imm), r.Lanes)
	x, y := r.At(OpLoad, r.element(r.a)), r.At(OpLoad, r.element(r.b))
	args := []Reg{x.Reg, y.Reg}
	for len(args) < n {
		args = append(args, r.At(OpLoad, r.element(r.c)).Reg)
	}
	args = append(args, r.FMA(x, r.Const(0.5), y).Reg)
	r.keep(r.Emit(Inst{Op: OpDots, Args: args, Imm: uint64(n)}))
}

// parts are numbers of lanes, of which functions of few lanes take what they have.
var parts = []uint64{1, 2, 4, 8, 16}

// acrossRow makes one of the first lanes.
func acrossRow(r *row, imm uint64) {
	r.keep(r.Across(r.op, r.At(OpLoad, r.element(r.a)), min(int(imm), r.Lanes)).Reg)
}

// permutations are digits of lanes, of which functions of few lanes take what
// they have.
var permutations = []uint64{0, 0x1111111111111111, 0x3333333333333333, 0xfedcba9876543210, 0x0123456789abcdef,
	0x3333222211110000, 0x3210321032103210, 0xfb73ea62d951c840, 0x1032547698badcfe}

// permuteRow has lanes change places, as far as there are so many.
func permuteRow(r *row, imm uint64) {
	a := r.At(OpLoad, r.element(r.a))
	r.keep(r.Permute(a, func(k int) int { return int(imm>>(4*k)&15) % r.Lanes }).Reg)
}

// pickRow chooses lanes by integers.
func pickRow(r *row, _ uint64) {
	a, k := r.At(OpLoad, r.element(r.a)), r.At(OpLoadInt, r.int32(r.k))
	r.keep(r.Pick(a, r.And(k, r.Bits(uint64(r.Lanes-1)))).Reg)
}

// unknown stands for a number that only the run knows.
const unknown = 1<<63 + 1

var rounds = []uint64{uint64(Nearest), uint64(Floor), uint64(Ceil), uint64(Trunc)}
var preds = []uint64{uint64(EQ), uint64(NE), uint64(LT), uint64(LE), uint64(GT), uint64(GE), uint64(Unordered)}
var counts = []uint64{unknown, 0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 1 << 32, math.MaxUint64, 1 << 63}
var shifts = []uint64{0, 1, 13, 31, 32, 33, 47, 63, 64}
var factors = []uint64{0, 1, 2, 3, 7, 64, 100, 1 << 31, 1 << 40, 1<<40 + 1, math.MaxUint64, 1<<64 - 8, 1 << 63}
var divisors = []uint64{1, 2, 3, 5, 7, 10, 16, 641, 1<<31 - 1, 1 << 31, 1<<32 + 1, 1<<62 - 1, 1 << 62, 1<<62 + 1, 1<<63 - 1}

// rowTests has a test for every row of the table.
var rowTests = map[*Op]rowTest{
	OpMove: {}, OpAdd: {}, OpSub: {}, OpMul: {}, OpDiv: {}, OpSqrt: {}, OpMinX: {}, OpMaxX: {},
	OpFMA: {}, OpFMS: {}, OpFNMA: {}, OpSelect: {}, OpLogEnd: {},
	OpRound:   {imms: rounds},
	OpRecip:   {near: 1.0 / (1 << 11), of: bounded},
	OpRSqrt:   {near: 1.0 / (1 << 11), of: bounded},
	OpAnd:     {of: whole, whole: true},
	OpOr:      {of: whole, whole: true},
	OpXor:     {of: whole, whole: true},
	OpAndNot:  {of: whole, whole: true},
	OpIAdd:    {of: whole, whole: true},
	OpISub:    {of: whole, whole: true},
	OpIMul:    {of: whole, whole: true},
	OpMulHi:   {of: whole, whole: true},
	OpShl:     {of: whole, whole: true, imms: shifts},
	OpShr:     {of: whole, whole: true, imms: shifts},
	OpSar:     {of: whole, whole: true, imms: shifts},
	OpToInt:   {of: bounded, whole: true},
	OpToFloat: {of: exact},
	OpSums:    {build: sumsRow, imms: parts[1:]},
	OpDots:    {build: dotsRow, imms: parts[1:]},
	OpSum:     {build: acrossRow, imms: parts},
	OpProduct: {build: acrossRow, imms: parts},
	OpLeast:   {build: acrossRow, imms: parts},
	OpMost:    {build: acrossRow, imms: parts},
	OpFirst:   {}, OpEvens: {}, OpTwice: {},
	OpPermute: {build: permuteRow, imms: permutations},
	OpPick:    {build: pickRow},
	OpCmp:     {imms: preds},
	OpCmpInt:  {of: whole, imms: preds[:6]},
	OpMaskAnd: {}, OpMaskOr: {}, OpMaskNot: {}, OpMaskMov: {}, OpAny: {},
	OpLane: {of: whole},

	OpConst:   {build: constantRow, whole: true, imms: []uint64{0, math.MaxUint64, 0x3ff00000_3f800000}},
	OpSteps:   {build: constantRow, whole: true, imms: []uint64{0, 1, 12, math.MaxUint64 - 3}},
	OpMaskSet: {build: constantRow, imms: []uint64{0, 1}},

	OpLoad: {build: readRow}, OpLoadMask: {build: readRow}, OpBroadcast: {build: readRow},
	OpLoadInt: {build: readRow, whole: true}, OpLoadIntM: {build: readRow, whole: true}, OpBcastInt: {build: readRow, whole: true},
	OpGather: {build: readRow}, OpGatherInt: {build: readRow, whole: true},
	OpStore: {build: writeRow}, OpStoreMask: {build: writeRow}, OpStoreFirst: {build: writeRow},
	OpStoreInt: {build: writeRow}, OpStoreIntM: {build: writeRow}, OpStoreInt1: {build: writeRow},

	OpLoadBool: {build: truthRow}, OpLoadBoolM: {build: truthRow}, OpBcastBool: {build: truthRow},
	OpStoreBool: {build: truthRow}, OpStoreBoolM: {build: truthRow}, OpStoreBool1: {build: truthRow},

	OpFirstN: {build: leadingRow, imms: counts}, OpSplat: {build: generalRow, whole: true},
	OpIConst: {build: generalRow, imms: factors}, OpIMove: {build: generalRow},
	OpGAdd: {build: generalRow}, OpGSub: {build: generalRow}, OpGMul: {build: generalRow},
	OpGMin: {build: generalRow}, OpGMax: {build: generalRow},
	OpGAddI: {build: generalRow, imms: factors}, OpGMulI: {build: generalRow, imms: factors},
	OpGDivI:  {build: generalRow, imms: divisors},
	OpILoad:  {build: func(r *row, _ uint64) { r.keep(r.ILoad(r.int32(r.k)).Reg) }},
	OpParam:  {build: func(r *row, _ uint64) { r.keep(r.GAdd(r.Param("u"), r.Param("s")).Reg) }},
	OpParamF: {build: func(r *row, _ uint64) { r.keep(r.Add(r.ParamFloat("x"), r.ParamFloat("y")).Reg) }},
	OpResult: {build: func(r *row, _ uint64) { r.Result("r", r.At(OpLoad, r.element(r.a))) }},
	OpResInt: {build: func(r *row, _ uint64) { r.ResultInt("i", r.ILoad(r.int32(r.k))); r.ResultInt("yes", r.Any(r.mask(0))) }},
	OpPass:   {build: rareRow},
	OpTake:   {build: rareRow},
	OpCall:   {build: rareRow},
	OpLocal: {imms: []uint64{0, 64}, build: func(r *row, imm uint64) {
		r.Local = 4 * r.ISA.Bytes()
		at := Addr{Base: Int{r.Emit(Inst{Op: OpLocal, Imm: imm})}, Disp: int64(r.ISA.Bytes())}
		r.Put(OpStore, at, r.At(OpLoad, r.element(r.a)).Reg)
		r.keep(r.At(OpLoad, at).Reg)
	}},
	OpTable: {build: func(r *row, _ uint64) {
		at := r.Table([...]string{"table32", "table64"}[r.Elem])
		r.keep(r.At(OpLoad, Addr{Base: at}).Reg)
	}},
}

// rowElements is how many elements the operands have.
const rowElements = 320

// newRow makes the function that tests a row with an immediate.
func newRow(name string, isa ISA, elem Elem, o *Op, imm uint64) *Func {
	r := &row{Func: New(name, isa, elem), op: o, whole: rowTests[o].whole}
	num := [...]string{"float32", "float64"}[elem]
	r.Params = []Param{{"a", "[]" + num}, {"b", "[]" + num}, {"c", "[]" + num}, {"k", "[]int32"},
		{"out", "[]" + num}, {"outi", "[]int32"}, {"u", "uint32"}, {"x", num}, {"s", "int32"}, {"y", num}, {"n", "int"}, {"n2", "int"}, {"t", "[]bool"}, {"outt", "[]bool"}}
	r.Results = []Param{{"r", num}, {"i", "int"}, {"yes", "bool"}}
	r.a, r.b, r.c, r.k = r.Param("a"), r.Param("b"), r.Param("c"), r.Param("k")
	r.out, r.outi, r.n, r.n2 = r.Param("out"), r.Param("outi"), r.Param("n"), r.Param("n2")
	r.Result("r", r.Const(0))
	r.ResultInt("i", r.n)
	r.ResultInt("yes", r.IConst(1))
	test := rowTests[o]
	build := test.build
	if build == nil {
		build = lanewiseRow
	}
	r.Loop(Number(0), Number(rowElements), int64(r.Lanes), func(i Int) {
		r.at = i
		build(r, imm)
	})
	return r.Func
}

func TestEveryRow(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	var trials []trial
	for _, o := range Ops {
		test, ok := rowTests[o]
		if !ok {
			t.Errorf("the row %s has no test", o.Name)
			continue
		}
		if test.imms == nil {
			test.imms = []uint64{0}
		}
		for k, imm := range test.imms {
			for _, isa := range []ISA{AVX2, AVX512} {
				for _, elem := range []Elem{F32, F64} {
					shift := o == OpShl || o == OpShr || o == OpSar
					if (o == OpRecip || o == OpRSqrt) && elem == F64 || shift && imm > uint64(8*elem.Size()) {
						continue
					}
					f := newRow(fmt.Sprintf("%s%d%s%d", strings.ReplaceAll(o.Name, ".", "_"), k, isa, 8*elem.Size()), isa, elem, o, imm)
					for _, n := range interesting(o) {
						trials = append(trials, trial{f: f, near: test.near, args: []any{
							operands(rnd, elem, test.of), operands(rnd, elem, test.of), operands(rnd, elem, test.of), randomInts(rnd, rowElements),
							zeros(elem, rowElements), make([]int32, 2*rowElements), rnd.Uint32(), one(elem, 0.1), int32(-5), one(elem, 3), n[0], n[1], truths(rnd), make([]bool, rowElements)}})
					}
				}
			}
		}
	}
	run(t, trials)
}

// interesting are the integers a row is tried with.
func interesting(o *Op) [][2]int {
	if len(o.Args) == 0 || o.Args[0] != General {
		return [][2]int{{1, 2}}
	}
	list := []int64{0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, -1, -7, -100, 1 << 31, 1<<31 + 3, 1 << 32, 1<<32 + 3, 1 << 40, -1 << 31, -1<<31 - 1, -1<<32 + 3, math.MaxInt64, math.MinInt64, 999999999999}
	var out [][2]int
	for k, n := range list {
		out = append(out, [2]int{int(n), int(list[(7*k+3)%len(list)])})
	}
	return out
}

// operands are numbers of a domain; integers are given as numbers with their
// bits.
func operands(r *rand.Rand, elem Elem, of domain) any {
	n := rowElements
	bits := make([]uint64, n)
	in := &interpreter{f: &Func{Elem: elem}}
	for i := range bits {
		bits[i] = operand1(r, in, of)
	}
	if elem == F32 {
		out := make([]float32, n)
		for i, b := range bits {
			out[i] = math.Float32frombits(uint32(b))
		}
		return out
	}
	out := make([]float64, n)
	for i, b := range bits {
		out[i] = math.Float64frombits(b)
	}
	return out
}

var specials = []float64{0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, math.Inf(1), math.Inf(-1), math.NaN(),
	math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32, 1e-40, 1 << 23, 1<<23 + 1, 1 << 52, 3.999999, 1e30}

func operand1(r *rand.Rand, in *interpreter, of domain) uint64 {
	limit := int64(1) << 30
	if in.f.Elem == F64 {
		limit = 1 << 50
	}
	switch of {
	case bounded:
		if r.IntN(2) == 0 {
			return in.bits(r.NormFloat64()*3 + 1e-3)
		}
		return in.bits(float64(r.Int64N(2*limit)-limit)*0.9 + float64(r.IntN(3))/2)
	case whole:
		return in.lane(int64(r.Uint64()) >> r.IntN(64))
	case halves:
		return in.lane(int64(int32(r.Uint32())))
	case exact:
		return in.lane((r.Int64N(2*limit) - limit) >> r.IntN(40))
	}
	if r.IntN(3) == 0 {
		return in.bits(r.NormFloat64() * 4)
	}
	return in.bits(specials[r.IntN(len(specials))])
}
