package contract

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// Float is an element type.
type Float interface{ float32 | float64 }

// Operand is an array seen as a batch of matrices: element (i, j) of matrix b
// is
//
//	Data[Off + b*Step + i*Row + j*Col]
//
// and the batch of group g begins g*Leap further on. Where a [Table] is given, its entry takes the place of the product: Steps[b]
// for b*Step, Rows[i] for i*Row, Cols[j] for j*Col. With tables, patches of an
// image are a matrix that nobody ever wrote down.
//
// Elements outside the Band of A or B are zeros, and terms with them may be left out;
// those of C are not wanted, and may be left as they are. Either may happen or not,
// as it suits the tiles: what the other factor is, if it is infinite or NaN, reaches
// a sum through such a zero or does not.
type Operand[T Float] struct {
	Data                 []T
	Off                  int
	Leap, Step, Row, Col int
	Steps, Rows, Cols    *Table
	Band                 Band
	Kept                 int // 0, or the number of the memory it stays packed in: see [Engine.Reserve]
	each                 int // matrices in a batch, if there are several; else 0
}

// Matrix is the operand whose element (i, j) is data[i*row+j*col].
func Matrix[T Float](data []T, row, col int) Operand[T] {
	return Operand[T]{Data: data, Row: row, Col: col}
}

// turn is the operand with rows and columns exchanged.
func (o Operand[T]) turn() Operand[T] {
	o.Row, o.Col = o.Col, o.Row
	o.Rows, o.Cols = o.Cols, o.Rows
	o.Band = o.Band.turn()
	return o
}

// batch is where matrix b lies, of all batches one after the other.
func (o *Operand[T]) batch(b int) int {
	if o.each > 0 {
		return o.Off + b/o.each*o.Leap + b%o.each*o.Step
	}
	if o.Steps != nil {
		return o.Off + int(o.Steps.at[b])
	}
	return o.Off + b*o.Step
}

func (o *Operand[T]) row(i int) int {
	if o.Rows != nil {
		return int(o.Rows.at[i])
	}
	return i * o.Row
}

func (o *Operand[T]) col(j int) int {
	if o.Cols != nil {
		return int(o.Cols.at[j])
	}
	return j * o.Col
}

// Table is offsets along one axis of an operand. Make it once, with
// [NewTable]: its range is then known to every check.
type Table struct {
	at       []int32
	runs     []int32 // how many offsets from here on are consecutive
	starts   []int32 // where runs begin, if all are equally long
	step     int     // from run to run, if that is the same, too; else 0
	mean     int     // of the lengths of whole runs
	min, max int
}

// NewTable returns the table of the offsets at, which it keeps.
func NewTable(at []int32) *Table {
	t := &Table{at: at, runs: make([]int32, len(at)), mean: 1}
	ends := 0
	for i := len(at) - 1; i >= 0; i-- {
		t.runs[i] = 1
		if i+1 < len(at) && at[i+1] == at[i]+1 {
			t.runs[i] += t.runs[i+1]
		} else {
			ends++
		}
	}
	if ends > 0 {
		t.mean = len(at) / ends
	}
	for i := 0; i < len(at); i += t.mean {
		if int(t.runs[i]) != t.mean {
			t.starts = nil
			break
		}
		t.starts = append(t.starts, at[i])
	}
	if n := len(t.starts); n > 1 {
		t.step = int(t.starts[1] - t.starts[0])
		for i := 2; i < n && t.step != 0; i++ {
			if int(t.starts[i]-t.starts[i-1]) != t.step {
				t.step = 0
			}
		}
	}
	for i, v := range at {
		if i == 0 {
			t.min, t.max = int(v), int(v)
		}
		t.min, t.max = min(t.min, int(v)), max(t.max, int(v))
	}
	return t
}

// Grid returns the table of the offsets of a block: levels from the outermost
// to the innermost, each so many positions and the offset from one to the next.
func Grid(levels ...[2]int) *Table {
	at := []int32{0}
	for _, l := range levels {
		next := make([]int32, 0, len(at)*l[0])
		for _, v := range at {
			for i := range l[0] {
				next = append(next, v+int32(i*l[1]))
			}
		}
		at = next
	}
	return NewTable(at)
}

// Steps are what happens to a sum between its last term and its place in C.
// Those that are set happen in the order of this list, while the sums are
// still in registers.
type Steps uint64

// The steps.
const (
	// Scale multiplies by Product.Factor.
	Scale Steps = kernel.Scale
	// AddRow adds Product.Row[m] to the elements of row m.
	AddRow Steps = kernel.AddRow
	// AddCol adds Product.Col[n] to the elements of column n.
	AddCol Steps = kernel.AddCol
	// Relu takes the larger of the value and +0; NaN stays NaN.
	Relu Steps = kernel.Relu
	// Gate is the derivative of relu as a factor: the value becomes 0 where
	// Product.Gate is 0 or less, NaN where it is NaN, and is kept elsewhere.
	Gate Steps = kernel.Gate
	// Accumulate adds what C holds. With Scale and a negative Factor this is
	// a step of gradient descent, without the gradient ever being stored.
	Accumulate Steps = kernel.Accumulate
)

// If is s where cond holds, and no step elsewhere.
func (s Steps) If(cond bool) Steps {
	if cond {
		return s
	}
	return 0
}

// Product is one contraction:
//
//	C[m,n] = steps(sum over k of A[m,k]*B[k,n])    0 ≤ m < M, 0 ≤ n < N
//
// for each matrix of a batch. C shares no memory with what is read, but for
// itself through Accumulate, and no element of C is named twice, but for Overlap. Where C holds no
// element there is nothing to compute, whatever the sizes say.
type Product[T Float] struct {
	Groups  int // number of batches; 0 means 1
	Batch   int // number of matrices of each; 0 means 1
	M, N, K int
	A, B, C Operand[T]

	// Of is how many rows there are, if these M are computed apart from others, or 0:
	// each is then the same, bit for bit, as if all were computed at once. Parts begin at
	// multiples of [PartRows]; there is one matrix, no table describes it, and Then adds
	// to rows or to columns, not to both.
	Of int

	// Sum says that C is one matrix, the sum of those of the batch: all of them
	// are added up before Then, which may scale and accumulate. C.Step has no
	// meaning, and a batch of 0 adds up to zeros.
	Sum bool

	// Overlap says that elements of C may be named several times: the sums for
	// all of their names are added up. What lies between the elements of a matrix
	// is its own, too, and becomes 0. Then may accumulate, nothing else.
	Overlap bool

	// Cols says that in a chain the product is cut along its columns, not along its
	// rows: see [Engine.Chain].
	Cols bool

	Then   Steps
	Factor T          // of Scale
	Row    []T        // of AddRow, M elements
	Col    []T        // of AddCol, N elements
	Gate   Operand[T] // of Gate, M by N
}

// PartRows is the number of rows that no part of a product divides: see Product.Of.
const PartRows = 8
