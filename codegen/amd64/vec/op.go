package vec

// Op is a row of the table of operations: what it computes, in each lane unless
// it says otherwise.
type Op struct {
	Name    string
	Dst     Class
	HasDst  bool
	Args    []Class
	Doc     string
	HasAddr bool
	HasImm  bool
	// Several operands of the class of the last, instead of one.
	Several bool
}

// Pred is a comparison. Those of numbers are false on NaN, but for NE, which is
// true, and Unordered.
type Pred uint8

// The comparisons.
const (
	EQ Pred = iota
	NE
	LT
	LE
	GT
	GE
	Unordered // one of them is NaN; numbers only
)

func (p Pred) String() string { return [...]string{"==", "!=", "<", "<=", ">", ">=", "unordered"}[p] }

// Rounding is to which integer a number is rounded.
type Rounding uint8

// The ways of rounding.
const (
	Nearest Rounding = iota // ties to even
	Floor
	Ceil
	Trunc
)

func (r Rounding) String() string { return [...]string{"nearest", "floor", "ceil", "trunc"}[r] }

// Ops is the table.
var Ops []*Op

func op(name string, dst *Class, args []Class, doc string) *Op {
	o := &Op{Name: name, Args: args, Doc: doc}
	if dst != nil {
		o.Dst, o.HasDst = *dst, true
	}
	Ops = append(Ops, o)
	return o
}

func (o *Op) addr() *Op { o.HasAddr = true; return o }
func (o *Op) imm() *Op  { o.HasImm = true; return o }

func (o *Op) several() *Op { o.Several = true; return o }

var (
	vector  = ptr(Vector)
	masks   = ptr(Masks)
	general = ptr(General)

	v1 = []Class{Vector}
	v2 = []Class{Vector, Vector}
	v3 = []Class{Vector, Vector, Vector}
	m1 = []Class{Masks}
	m2 = []Class{Masks, Masks}
	g1 = []Class{General}
	g2 = []Class{General, General}
)

func ptr(c Class) *Class { return &c }

// Numbers.
var (
	OpConst  = op("const", vector, nil, "the number with the bits Imm, in all lanes").imm()
	OpMove   = op("move", vector, v1, "a copy")
	OpAdd    = op("add", vector, v2, "a + b")
	OpSub    = op("sub", vector, v2, "a - b")
	OpMul    = op("mul", vector, v2, "a * b")
	OpDiv    = op("div", vector, v2, "a / b")
	OpSqrt   = op("sqrt", vector, v1, "the square root, correctly rounded")
	OpFMA    = op("fma", vector, v3, "a*b + c, rounded once")
	OpFMS    = op("fms", vector, v3, "a*b - c, rounded once")
	OpFNMA   = op("fnma", vector, v3, "c - a*b, rounded once")
	OpMinX   = op("minx", vector, v2, "a if a < b, else b: as the instruction does, also for NaN and zeros")
	OpMaxX   = op("maxx", vector, v2, "a if a > b, else b: as the instruction does, also for NaN and zeros")
	OpRound  = op("round", vector, v1, "to the integer that Imm, a Rounding, says").imm()
	OpRecip  = op("recip", vector, v1, "an estimate of 1/a, at least 11 bits; F32 only")
	OpLogEnd = op("logends", vector, v2, "a, the logarithm of b, where b is positive and finite; of the others infinity and NaN stay, 0 has -Inf and negative numbers NaN")
	OpRSqrt  = op("rsqrt", vector, v1, "an estimate of 1/sqrt(a), at least 11 bits; F32 only")
)

// Bits of numbers, and integers in lanes.
var (
	OpAnd     = op("and", vector, v2, "bits in both")
	OpOr      = op("or", vector, v2, "bits in either")
	OpXor     = op("xor", vector, v2, "bits in one")
	OpAndNot  = op("andnot", vector, v2, "bits in b that are not in a")
	OpIAdd    = op("iadd", vector, v2, "a + b, integers in lanes")
	OpISub    = op("isub", vector, v2, "a - b, integers in lanes")
	OpIMul    = op("imul", vector, v2, "a * b, integers in lanes, the low half; in F64 the product of the low halves, signed")
	OpMulHi   = op("mulhigh", vector, v2, "the bits from 32 on of a * b, the low 32 bits of lanes each, unsigned")
	OpShl     = op("shl", vector, v1, "a << Imm, in lanes").imm()
	OpShr     = op("shr", vector, v1, "a >> Imm, in lanes, zeros come in").imm()
	OpSar     = op("sar", vector, v1, "a >> Imm, in lanes, the sign comes in").imm()
	OpToInt   = op("toint", vector, v1, "the nearest integer, ties to even; in F64 for |a| < 2^51, in F32 for |a| < 2^31")
	OpToFloat = op("tofloat", vector, v1, "the number; in F64 for |a| < 2^51")
	OpSteps   = op("steps", vector, nil, "the integer Imm times the number of the lane").imm()
	OpSplat   = op("splat", vector, g1, "the integer a in all lanes")
)

// Across lanes.
var (
	OpSum     = op("sum", vector, v1, "the sum of the first Imm lanes, a power of 2, in all lanes: halves are added until one is left").imm()
	OpSums    = op("sums", vector, v1, "in lane k the sum of the k-th run of Imm lanes, a power of 2, of the operands one after the other; in a run, parts of 16 bytes are summed first, their halves added before their quarters, then pairs of parts; lanes without a run hold anything").several().imm()
	OpDots    = op("dots", vector, v2, "likewise of the products of the first operand with the others: in a part of 16 bytes a half is multiplied, 0 is added, and both to the other half's products, rounded once: no sum is -0").several().imm()
	OpProduct = op("product", vector, v1, "their product, in all lanes, likewise").imm()
	OpLeast   = op("least", vector, v1, "the least of them by minx, in all lanes, likewise").imm()
	OpMost    = op("most", vector, v1, "the greatest of them by maxx, in all lanes, likewise").imm()
	OpFirst   = op("first", vector, v1, "the first lane, in all lanes")
	OpEvens   = op("evens", vector, v2, "the lanes of even number of a, then those of b")
	OpPermute = op("permute", vector, v1, "in lane k the lane of a whose number is the k-th digit of Imm, of 4 bits each").imm()
	OpPick    = op("pick", vector, v2, "in lane k the lane of a whose number is in lane k of b, an integer")
	OpTwice   = op("twice", vector, v1, "lanes 0, 0, 1, 1, 2, 2, … of a: the first half of them")
)

// Memory. Addresses are in bytes.
var (
	OpLoad       = op("load", vector, nil, "numbers, unaligned").addr()
	OpLoadMask   = op("load.mask", vector, m1, "numbers where a holds, zeros elsewhere; nothing else is read").addr()
	OpBroadcast  = op("broadcast", vector, nil, "one number, in all lanes").addr()
	OpLoadInt    = op("load.int", vector, nil, "int32 elements, made as wide as lanes by their sign").addr()
	OpLoadIntM   = op("load.int.mask", vector, m1, "the same where a holds, zeros elsewhere").addr()
	OpBcastInt   = op("broadcast.int", vector, nil, "one int32, made as wide, in all lanes").addr()
	OpGather     = op("gather", vector, []Class{Vector, Masks}, "the numbers at Base + Disp + a*size where b holds, zeros elsewhere; a are integers in lanes, Index is none").addr()
	OpGatherInt  = op("gather.int", vector, []Class{Vector, Masks}, "the same of int32 elements").addr()
	OpStore      = op("store", nil, v1, "numbers").addr()
	OpStoreMask  = op("store.mask", nil, []Class{Vector, Masks}, "numbers where b holds; nothing else is written").addr()
	OpStoreFirst = op("store.first", nil, v1, "the number in the first lane").addr()
	OpStoreInt   = op("store.int", nil, v1, "lanes as int32 elements").addr()
	OpStoreIntM  = op("store.int.mask", nil, []Class{Vector, Masks}, "the same where b holds").addr()
	OpStoreInt1  = op("store.int.first", nil, v1, "the first lane as an int32 element").addr()
)

// Truth values in memory, which are bytes.
var (
	OpLoadBool   = op("load.bool", masks, nil, "truth values").addr()
	OpLoadBoolM  = op("load.bool.mask", masks, m1, "truth values where a holds, false elsewhere; nothing else is read").addr()
	OpBcastBool  = op("broadcast.bool", masks, nil, "one truth value, in all lanes").addr()
	OpStoreBool  = op("store.bool", nil, m1, "truth values").addr()
	OpStoreBoolM = op("store.bool.mask", nil, m2, "truth values where b holds; nothing else is written").addr()
	OpStoreBool1 = op("store.bool.first", nil, m1, "the truth value in the first lane").addr()
)

// Masks.
var (
	OpCmp     = op("cmp", masks, v2, "compares numbers by Imm, a Pred").imm()
	OpCmpInt  = op("cmp.int", masks, v2, "compares integers in lanes by Imm, a Pred, signed").imm()
	OpSelect  = op("select", vector, []Class{Masks, Vector, Vector}, "b where a holds, else c")
	OpMaskAnd = op("mask.and", masks, m2, "both hold")
	OpMaskOr  = op("mask.or", masks, m2, "either holds")
	OpMaskNot = op("mask.not", masks, m1, "a does not hold")
	OpMaskSet = op("mask.set", masks, nil, "all lanes hold if Imm is 1, none if 0").imm()
	OpFirstN  = op("mask.first", masks, g1, "the first a lanes hold; all if a is more than there are, none if less than 1")
	OpMaskMov = op("mask.move", masks, m1, "a copy")
	OpAny     = op("mask.any", general, m1, "1 if a lane holds, else 0")
)

// Routines, with which a function shares places that hold vectors.
var (
	OpPass = op("pass", nil, v1, "puts a into place Imm").imm()
	OpTake = op("take", vector, nil, "what is in place Imm").imm()
	OpCall = op("call", nil, nil, "runs the routine Param, which changes places only")
)

// Integers in general registers.
var (
	OpParam  = op("param", general, nil, "the parameter Param: the address of a slice's elements, or an integer, or the word Imm of a key").imm()
	OpParamF = op("param.float", vector, nil, "the number Param, in all lanes")
	OpResult = op("result", nil, v1, "sets the result Param, a number, from the first lane")
	OpResInt = op("result.int", nil, g1, "sets the result Param, an integer")
	OpIConst = op("int", general, nil, "the number Imm").imm()
	OpIMove  = op("int.move", general, g1, "a copy")
	OpGAdd   = op("int.add", general, g2, "a + b")
	OpGSub   = op("int.sub", general, g2, "a - b")
	OpGMul   = op("int.mul", general, g2, "a * b")
	OpGAddI  = op("int.add.const", general, g1, "a + Imm").imm()
	OpGMulI  = op("int.mul.const", general, g1, "a * Imm").imm()
	OpGDivI  = op("int.div.const", general, g1, "a / Imm, rounded down; Imm > 0").imm()
	OpGMin   = op("int.min", general, g2, "the less, signed")
	OpGMax   = op("int.max", general, g2, "the greater, signed")
	OpILoad  = op("int.load", general, nil, "an int32 element").addr()
	OpLane   = op("lane", general, v1, "the integer in the first lane")
	OpLocal  = op("local", general, nil, "the address of byte Imm of the function's own memory, which is aligned to lines of the cache").imm()
	OpTable  = op("table", general, nil, "the address of the read-only data Param")
)
