package elementary

import "github.com/gradgen/gradgen/codegen/amd64/vec"

// Machine is what the functions are made of: operations on vectors V of numbers
// of one type, and on masks M. [vec.Func] is one, which appends instructions;
// the tests have one that computes. The methods mean what the rows of vec's
// table of operations say.
type Machine[V, M any] interface {
	Const(x float64) V
	Bits(b uint64) V

	Add(a, b V) V
	Sub(a, b V) V
	Mul(a, b V) V
	Div(a, b V) V
	Sqrt(a V) V
	FMA(a, b, c V) V
	FMS(a, b, c V) V
	FNMA(a, b, c V) V
	MinX(a, b V) V
	MaxX(a, b V) V
	Round(a V, r vec.Rounding) V
	RSqrt(a V) V // F32 only
	LogEnds(a, b V) V

	ToInt(a V) V
	ToFloat(a V) V
	And(a, b V) V
	Or(a, b V) V
	Xor(a, b V) V
	AndNot(a, b V) V
	IAdd(a, b V) V
	ISub(a, b V) V
	IMul(a, b V) V
	MulHigh(a, b V) V
	Shl(a V, n int) V
	Shr(a V, n int) V
	Sar(a V, n int) V

	Cmp(p vec.Pred, a, b V) M
	CmpInt(p vec.Pred, a, b V) M
	Select(m M, a, b V) V
	MaskAnd(a, b M) M
	MaskOr(a, b M) M
	MaskNot(a M) M

	// Rare returns what rare returns for args where m holds, and usual elsewhere.
	// It costs little while m holds in no lane, and little text wherever it is
	// used: what rare makes is the same for one name, and is written once.
	Rare(m M, name string, args, usual []V, rare func(args []V) []V) []V
}
