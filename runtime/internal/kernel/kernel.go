// Package kernel says what the innermost loops of the contraction engine are
// asked to do. Packages portable and amd64 beside it do it: in Go everywhere,
// and in assembly that folder asm writes.
//
// There are four of them, and nothing else is written twice:
//
//   - a [Tile] keeps a block of the result in registers while it walks along
//     the sum: every step takes a few elements of the left operand, each copied
//     to all lanes, and a few vectors of the right operand. What is to happen
//     to a finished sum (scale, bias, relu, …) happens before it leaves the
//     registers. A patch is a tile whose vectors lie each for itself, as rows
//     of an image do under a window. Tiles may also spread their rows: each is
//     added to a place of its own.
//   - a [Dot] holds one vector of partial sums per element of the result and
//     walks along the sum a vector at a time. It needs no element copied to all
//     lanes, and pays with a sum across lanes at the end. In runs, it walks along
//     rows of an image under several windows at once.
//   - a [Move] transposes, from and to memory.
//   - a [Gather] copies elements that two tables describe, the patches of an
//     image for one, and puts them side by side.
//
// A kernel trusts its orders: offsets and strides have been checked against
// the lengths of the slices by the caller. It touches no element that the
// orders do not name.
package kernel

// Flags of a [Tile]: the steps between the sum and the store, in this order.
const (
	AddSums    = 1 << iota // add the sums in S, of earlier parts of the sum
	Scale                  // multiply by Factor
	AddRow                 // add Row[i] to row i
	AddCol                 // add Col[j] to column j
	Relu                   // the larger of the value and +0; NaN stays
	Gate                   // 0 where G <= 0, NaN where G is NaN
	Accumulate             // add the element of C that is about to be overwritten
)

// Tile orders Reps tiles, one below the other, of R rows and V vectors: for
// each, C[i,j] = steps(sum over k < K of A[i,k]*B[k,j]). R and V are the
// kernel's own. Offsets and strides count elements; C, S, G and the columns of
// B are contiguous along j. Of the last vector only the first Tail lanes are
// touched.
//
// After each tile the kernel moves COff, SOff, GOff and RowOff on by R rows, and
// AOff by ANext.
type Tile[T float32 | float64] struct {
	A             []T // the left operand: element (i, k) at AOff + i*ARow + k*ACol
	AOff, ANext   int
	ARow, ACol    int
	B             []T // the right operand: element (k, j) at BOff + k*BRow + j
	BOff, BRow    int
	C             []T // the result
	COff, CRow    int
	S             []T // sums to add, with AddSums
	SOff, SRow    int
	G             []T // what Gate looks at
	GOff, GRow    int
	Row           []T // a bias for each row, with AddRow
	RowOff        int
	Col           []T // a bias for each column, with AddCol
	ColOff        int
	K, Reps, Tail int
	Mask          uint64 // Tail ones
	Flags         uint64

	// What is read after this, of each operand: it may be brought nearer while tiles
	// sum up.
	AheadA, AheadB Ahead[T]

	// Of a patch, whose right operand lies in runs: row k of B begins at BOff +
	// Down[DownOff+k], and Vectors take the place of BRow and Mask. With a Tail of
	// all lanes, vectors of B are whole, whatever their masks say.
	//
	// Of a tile that spreads its rows: row i of C begins at COff +
	// Down[DownOff+i] and is added to, after the rows before it, which it may
	// overlap. All lanes are touched, and there are no further steps. The kernel
	// moves DownOff on by R rows, and COff stays.
	Down    []int32
	DownOff int
	Vectors [MaxPatch]Vector

	Factor T // of Scale
}

// Ahead is memory that is read soon: where a tile has summed up [AheadStep] more
// terms, the vectors at Off, as many as the tile is wide, and Step elements
// further for the next terms. Off moves on by Next after each tile.
type Ahead[T float32 | float64] struct {
	Data            []T
	Off, Step, Next int
}

// AheadStep is a number of terms: the steps of [Ahead].
const AheadStep = 16

// Vector is where one vector of a patch lies: by how much later than the first
// column it begins in rows of B, and in rows of C, S, G and in Col. Only lanes
// with a one in Mask are touched, perhaps none.
type Vector struct {
	B, C int
	Mask uint64
}

// Dot orders Reps blocks, side by side, of R rows and N columns: for each,
// S[i,j] = sum over k < K of A[i,k]*B[j,k]; both operands are contiguous along
// k. R and N are the kernel's own. The kernel moves BOff and SOff on, N columns
// a repetition; in runs, it moves AcrossOff instead of BOff.
type Dot[T float32 | float64] struct {
	A          []T // element (i, k) at AOff + i*ARow + k
	AOff, ARow int
	B          []T // element (k, j) at BOff + j*BRow + k
	BOff, BRow int
	S          []T // the sums, element (i, j) at SOff + i*SRow + j
	SOff, SRow int
	Steps      int // K / lanes; K is 1 at least
	Tail       int // K % lanes
	Mask       uint64
	Reps       int

	// Of dot products in runs, whose sum is in Runs parts of K terms: in part p,
	// column j of B begins at BOff + Across[AcrossOff+j] + Down[DownOff+p],
	// which takes the place of BRow. A lies without gaps.
	Runs               int
	Across, Down       []int32
	AcrossOff, DownOff int
}

// Move orders To[j,i] = From[i,j] for i < Rows and j < Cols, with Rows at most
// the lanes of a vector, and one of each at least.
type Move[T float32 | float64] struct {
	From             []T // element (i, j) at FromOff + i*FromRow + j
	FromOff, FromRow int
	To               []T // element (j, i) at ToOff + j*ToRow + i
	ToOff, ToRow     int
	Rows, Cols       int
	RowMask, ColMask uint64 // Rows ones; Cols%lanes ones
}

// Gather orders To[k,i] = From[k,i] for k < Rows and i < Cols, with one of each
// at least. The offset of From[k,i] is Down[k] + Across[i].
//
// A vector of To is put together from as few loads as can be: of elements whose
// offsets differ as their places in the vector do, all come with one load, of
// those lanes only. A run of neighbours is such a set of elements, and a vector
// takes up parts of as many runs as it needs. Offsets in Across are less than
// 1<<32 - 16 apart. The kernel counts Cols down.
type Gather[T float32 | float64] struct {
	From               []T
	FromOff            int
	To                 []T // element (k, i) at ToOff + k*ToRow + i
	ToOff, ToRow       int
	Across, Down       []int32
	AcrossOff, DownOff int // where in them i and k begin
	Rows, Cols         int
}

// MaxVectors bounds the width of a tile, MaxRows its height, MaxPatch the width
// of a patch, MaxSpread that of a tile that spreads its rows, MaxDot the rows and columns of a block of dot products, MaxRun
// the columns of one in runs.
const (
	MaxRun     = 4
	MaxPatch   = 4
	MaxSpread  = 2
	MaxVectors = 8
	MaxRows    = 12
	MaxDot     = 16
)

// Set is the kernels of one kind of processor for one element type.
type Set[T float32 | float64] struct {
	Name  string
	Lanes int // elements of a vector
	// Packed says that tiles are much faster where their operands are packed,
	// and so that packing pays for products with few rows and columns.
	Packed bool
	// Tile[v][r] computes tiles of r rows and v vectors; nil: no such kernel.
	// If it has r rows, it has all smaller numbers, too.
	Tile [MaxVectors + 1][MaxRows + 1]func(*Tile[T])
	// Patch[v][r] computes patches of r rows and v vectors, as Tile does tiles.
	// Only vectors with mask registers have them.
	Patch [MaxPatch + 1][MaxRows + 1]func(*Tile[T])
	// Spread[v][r] computes tiles of r rows and v vectors, and spreads the rows.
	// If it has r rows, it has all smaller numbers, too.
	Spread [MaxSpread + 1][MaxRows + 1]func(*Tile[T])
	// Dot[r][n] computes blocks of r rows and n columns, powers of two.
	Dot [MaxDot + 1][MaxDot + 1]func(*Dot[T])
	// Runs[r][n] computes blocks of r rows and n columns, a power of two, in
	// runs. If it has r rows, it has all smaller numbers, too.
	Runs      [MaxRows + 1][MaxRun + 1]func(*Dot[T])
	Transpose func(*Move[T])
	Gather    func(*Gather[T])
}

// Rows is the most rows of a tile that is v vectors wide.
func (s *Set[T]) Rows(v int) int {
	n := 0
	for n < MaxRows && s.Tile[v][n+1] != nil {
		n++
	}
	return n
}

// PatchRows is the most rows of a patch that is v vectors wide.
func (s *Set[T]) PatchRows(v int) int {
	n := 0
	for n < MaxRows && s.Patch[v][n+1] != nil {
		n++
	}
	return n
}

// SpreadRows is the most rows of a tile that is v vectors wide and spreads them.
func (s *Set[T]) SpreadRows(v int) int {
	n := 0
	for n < MaxRows && s.Spread[v][n+1] != nil {
		n++
	}
	return n
}

// RunRows is the most rows of a block of dot products in runs.
func (s *Set[T]) RunRows() int {
	n := 0
	for n < MaxRows && s.Runs[n+1][MaxRun] != nil {
		n++
	}
	return n
}

// Names without brackets, for the declarations of assembly.
type (
	Tile32 = Tile[float32]
	Tile64 = Tile[float64]
	Dot32  = Dot[float32]
	Dot64  = Dot[float64]
	Move32 = Move[float32]
	Move64 = Move[float64]

	Gather32 = Gather[float32]
	Gather64 = Gather[float64]
)
