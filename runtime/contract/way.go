package contract

import (
	"math/bits"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// way is how a product is computed.
type way struct {
	turned bool // rows and columns of the product are exchanged: Cᵀ = Bᵀ·Aᵀ
	dots   bool // by dot products; else by tiles
	// Matrices of a batch are computed abreast, each in a lane of its own.
	abreast bool
	vecs    int // width of a tile, in vectors
	// Where the kernels read the operands.
	rightBy, leftBy packing
	outBy           writing
	cost            float64 // an estimate, in cycles
}

// packing is how an operand comes to the kernels: read where it is, or packed
// into memory of the worker.
type packing uint8

const (
	inPlace packing = iota
	copied
	transposed
	gathered
	inRuns // read where it is, by patches
)

// writing is how sums come to the result.
type writing uint8

const (
	fromTile    writing = iota // the kernel that sums writes it
	fromSums                   // through memory of the worker, …
	fromTurned                 // … transposed on the way …
	fromScatter                // … element by element …
	fromOverlap                // … or row by row, where they overlap
)

// Block sizes. A tile's part of the right operand, sumBlock rows of two
// vectors, is as large as a first-level cache of 48 kB, which it shares with
// what streams past: rows of it that were evicted come from the second-level
// cache in time, and longer sums visit the result, and start tiles, less often.
// Packed blocks of both operands fill a second-level cache of 1 MB. Others were
// tried; see the documentation of the package.
const (
	sumBlock = 384  // terms between two visits of the result
	dotTerms = 2048 // terms of a dot product between two sums across lanes
	rowBlock = 120  // rows of a packed left operand, at most; whole tiles of every height …
	// … and of operands in place: more would be more pages of the result than a
	// processor remembers the places of.
	placeBlock = 2 * rowBlock
	colBlock   = 512  // columns of a task
	taskLimit  = 1200 // rows of a task
	sumLimit   = 128  // rows of a task that holds its sums in memory
	// Elements of operands that are transposed to be computed abreast.
	reachLimit = 1 << 17
	totalBlock = 6 << 10 // elements of rows of one that sums over a batch walk along
)

// Costs, in cycles, of kernels that do two multiply-adds, two loads and a
// store in each. They are rough: they order ways whose times differ much.
const (
	latency     = 4.0 // of a multiply-add
	tileCost    = 25.0
	loadCost    = 0.15 // of each load of a step of a tile, beside its multiply-adds …
	secondCost  = 2.0  // … of a vector, at least, from the second-level cache …
	farCost     = 3.0  // … of elements of the left operand far from those before …
	runCost     = 1.0  // … and where a table leads from row to row
	dotStep     = 10.0 // of a step of sixteen dot products
	dotCost     = 70.0 // of a block of them: its sums across lanes
	runStep     = 4.0  // of a run of dot products, beside its multiply-adds
	gatherCost  = 1.5  // of a vector gathered, and 1 for each of its loads
	scatterCost = 2.0  // of an element scattered
	finishCost  = 4.0  // of a vector of sums that passes through memory
	copyCost    = 1.5  // of a vector copied
	passCost    = 70.0 // of a pass over a block of sums
)

// farStride is a number of elements from term to term of an operand in place, from
// which on nothing but the tiles fetches it, and every term is another page or two.
const farStride = 512

// longRun is a run of which it does not matter how long it is.
const longRun = 1 << 10

// fewPacked is how many rows or columns pay for packing the other operand,
// where tiles want it packed.
const fewPacked = 16

// question is what a way is chosen by.
type question struct {
	groups, batch, m, n, k             int // the batch is that of all groups
	leftLie, rightLie, outLie, gateLie lie // gateLie is outLie without a gate
	flags                              uint64
	sum                                bool // over the batch
	overlap                            bool // elements of the result are named several times
	halved                             bool // sums are those of two halves
	of                                 int  // rows or columns that these are part of, or 0
}

// lie is how an operand lies in memory.
type lie struct {
	row, col         int
	rowRuns, colRuns int  // how many positions go step by step, on average
	rowEven, colEven bool // by a table, and all runs are equally long …
	rowGrid, colGrid bool // … and equally far apart
	strided          bool // by strides alone: no tables
	tables           bool // both axes by tables
	steady           bool // the same for all matrices of the batch
	kept             bool // if it is packed, then once for many products
	// How many elements there are from the lowest to the highest of a matrix, if
	// a step leads from one matrix to the next; else 0.
	reach int
	band  Band
}

// lie describes an operand whose matrices have so many rows and columns.
func (o *Operand[T]) lie(rows, cols int) lie {
	reach := 0
	if o.Steps == nil {
		lo, hi := o.reach(rows, cols)
		reach = hi - lo + 1
	}
	return lie{
		reach: reach, band: o.Band,
		row: o.Row, col: o.Col, rowRuns: o.Rows.run(o.Row), colRuns: o.Cols.run(o.Col),
		rowEven: o.Rows.even(), colEven: o.Cols.even(),
		rowGrid: o.Rows.grid(), colGrid: o.Cols.grid(),
		strided: o.Rows == nil && o.Cols == nil, tables: o.Rows != nil && o.Cols != nil,
		steady: o.steady(), kept: o.steady() && o.Kept > 0,
	}
}

// steady reports that all matrices are the same.
func (o *Operand[T]) steady() bool { return o.Steps == nil && o.Step == 0 && o.Leap == 0 }

// run is the length of the runs along an axis: long ones are as good as any.
func (t *Table) run(stride int) int {
	switch {
	case t != nil:
		return min(t.mean, longRun)
	case stride == 1:
		return longRun
	}
	return 1
}

func (t *Table) even() bool { return t != nil && t.starts != nil && t.mean <= longRun }

func (t *Table) grid() bool { return t != nil && t.step != 0 }

func (l lie) turn() lie {
	return lie{l.col, l.row, l.colRuns, l.rowRuns, l.colEven, l.rowEven, l.colGrid, l.rowGrid, l.strided, l.tables, l.steady, l.kept, l.reach, l.band.turn()}
}

// gathering is what it costs to gather n elements in runs of a length: a vector
// has parts of so many of them.
func (m *machine) gathering(n float64, run int) float64 {
	lanes := float64(m.lanes)
	return n / lanes * (gatherCost + min(lanes, 1+(lanes-1)/float64(run)))
}

// along reports that columns, n of them, are neighbours; down that rows are.
func (l lie) along(n int) bool { return l.strided && (l.col == 1 || n == 1) }
func (l lie) down(n int) bool  { return l.strided && (l.row == 1 || n == 1) }

// turn is the question with rows and columns of the product exchanged.
func (q question) turn() question {
	return question{
		groups: q.groups, batch: q.batch, m: q.n, n: q.m, k: q.k, flags: turnFlags(q.flags), sum: q.sum, overlap: q.overlap, halved: q.halved, of: q.of,
		leftLie: q.rightLie.turn(), rightLie: q.leftLie.turn(), outLie: q.outLie.turn(), gateLie: q.gateLie.turn(),
	}
}

// turnFlags exchanges the steps that know rows from columns.
func turnFlags(f uint64) uint64 {
	t := f &^ (kernel.AddRow | kernel.AddCol)
	if f&kernel.AddRow != 0 {
		t |= kernel.AddCol
	}
	if f&kernel.AddCol != 0 {
		t |= kernel.AddRow
	}
	return t
}

// blockTerms is how many terms of the sums go together, by K alone: as few
// blocks as sumBlock allows, of about the same size, but each begins where a
// cache line would. Rows that lie along the sum are read in whole lines then.
func (q *question) blockTerms() int {
	blocks := max(1, (q.k+sumBlock-1)/sumBlock)
	if q.halved && !q.sum {
		blocks = (blocks + 1) &^ 1
	}
	return ((q.k+blocks-1)/blocks + align - 1) &^ (align - 1)
}

// sumBlocks is the number of parts that the sums are cut into.
func (q *question) sumBlocks() int {
	n := max(1, q.blockTerms())
	return max(1, (q.k+n-1)/n)
}

// terms are those of block b of the sum.
func (q *question) terms(b int) (from, to int) {
	n := q.blockTerms()
	return min(q.k, b*n), min(q.k, (b+1)*n)
}

// written says how sums come to the result from tiles.
func (q *question) written() writing {
	switch {
	case q.overlap:
		return fromOverlap
	case q.outLie.along(q.n) && q.gateLie.along(q.n):
		return fromTile
	case q.outLie.down(q.m) && q.gateLie.down(q.m):
		return fromTurned
	}
	return fromScatter
}

// choose returns the cheapest way that does not turn the product.
func (q *question) choose(m *machine) way {
	w := q.byTiles(m)
	if d, ok := q.byDots(m); ok && d.cost < w.cost {
		w = d
	}
	if r, ok := q.byRuns(m); ok && r.cost < w.cost {
		w = r
	}
	if a, ok := q.byLanes(m); ok && a.cost < w.cost {
		w = a
	}
	return w
}

// byTiles is the way by tiles. A packed operand costs its packing; it pays
// where rows of the right operand that a panel reads lie far apart, so that
// they would be as many pages and fall on the same few lines of the cache.
func (q *question) byTiles(m *machine) way {
	w := way{outBy: q.written()}
	w.vecs, w.cost = q.width(m)
	switch {
	case q.k == 0: // nothing to pack
	case q.rightLie.along(q.n):
		if q.rightPays(m) || m.packed && (q.m >= fewPacked || q.rightLie.kept) {
			w.rightBy = copied
		}
	case q.rightLie.down(q.k):
		w.rightBy = transposed
	default:
		w.rightBy = gathered
		if run := q.rightLie.colRuns; q.rightLie.tables {
			vectors := (q.n + run - 1) / run * ((run + m.lanes - 1) / m.lanes)
			if v, cost := q.patchWidth(m, vectors, 2); v > 0 && cost < w.cost+q.packing(w, m) {
				w.rightBy, w.vecs, w.cost = inRuns, v, cost
			}
		}
	}
	switch {
	case q.k == 0:
	case !q.leftLie.strided:
		w.leftBy = gathered
	case q.leftPays(float64(q.m) * float64(q.k)), m.packed && q.n >= fewPacked && !q.leftLie.along(q.k):
		w.leftBy = copied
		if q.leftLie.col == 1 {
			w.leftBy = transposed
		}
	}
	if nonlinear := q.flags&(kernel.Relu|kernel.Gate) != 0; w.outBy == fromTile && q.sumBlocks() > 1 &&
		q.flags&kernel.Accumulate != 0 && nonlinear {
		w.outBy = fromSums // the result is not free to hold parts of the sum
	}
	w.cost += q.packing(w, m) + q.finishing(w.outBy, m)
	return w
}

// packing is what it costs a way to pack the operands.
func (q *question) packing(w way, m *machine) (cost float64) {
	right, left := float64(q.n)*float64(q.k), float64(q.m)*float64(q.k)
	if q.rightLie.kept {
		right = 0
	}
	if q.leftLie.kept {
		left = 0
	}
	switch w.rightBy {
	case copied:
		cost = right * copyCost / float64(m.lanes)
	case transposed:
		cost = right * m.turn
	case gathered:
		cost = m.gathering(right, q.rightLie.colRuns)
	}
	switch w.leftBy {
	case copied, transposed:
		cost += left * m.turn
	case gathered:
		by := m.gathering(left, q.leftLie.rowRuns)
		if q.leftLie.steady {
			by /= float64(q.batch) // it is kept (see keepsLeft)
		}
		cost += by
	}
	return cost
}

// rightPays reports whether copying a right operand whose columns are neighbours
// pays: many rows use it, or its own are so far apart that they would be as many
// pages, and fall on the same few lines of the cache.
func (q *question) rightPays(m *machine) bool {
	far := q.rightLie.row >= farStride
	return q.k >= 64 && (q.m > 192 || far && (q.m > 64 && q.crowded(m) || q.rightLie.kept))
}

// crowded reports whether the rows of the right operand that a panel reads, a term
// each, fall on few of the 64 places that a first-level cache has for a line: a panel
// of several vectors then puts out lines of its own, and each tile fetches them again.
func (q *question) crowded(m *machine) bool {
	const places, each = 64, 8
	skipped := bits.TrailingZeros(uint(q.rightLie.row)) - bits.TrailingZeros(uint(m.line))
	return q.blockTerms() > each*max(1, places>>max(skipped, 0))
}

// leftPays reports whether to pack a left operand of so many elements pays: many
// columns use it, and it is large. Rows that run along the sum are streams of their
// own where they lie, as long as a block of them stays in the second-level cache.
func (q *question) leftPays(elements float64) bool {
	if q.leftLie.col == 1 {
		return q.m*q.blockTerms() > 5<<16 && q.n >= 256
	}
	return elements > 1<<16 && q.n >= 256
}

// finishing is what a way of writing the result costs.
func (q *question) finishing(by writing, m *machine) float64 {
	cells := float64(q.m) * float64(q.n)
	switch by {
	case fromSums:
		return cells * finishCost / float64(m.lanes)
	case fromTurned:
		return cells * (m.turn + finishCost/float64(m.lanes))
	case fromScatter:
		return cells * scatterCost
	case fromOverlap:
		return q.addingRows(m)
	}
	return 0
}

// width chooses how wide tiles are, and estimates what they cost. The right
// operand's panel may not fit the first-level cache: its vectors then come from
// the second, and slowly if it was packed from tables just before.
func (q *question) width(m *machine) (vecs int, cost float64) {
	all, outside, far := (q.n+m.lanes-1)/m.lanes, 1.08, 0.0
	if !q.rightLie.along(q.n) && !q.rightLie.down(q.k) {
		outside = 1.25
	}
	if l := q.leftLie; l.down(q.m) && l.col >= farStride && !q.leftPays(float64(q.m)*float64(q.k)) {
		far = farCost
	}
	for v := 1; v <= min(all, kernel.MaxVectors); v++ {
		if m.high[v] == 0 {
			continue
		}
		c := 0.0
		for left, x := all, v; left > 0; left %= x {
			x = m.below[min(x, left)]
			groups := (q.m + m.high[x] - 1) / m.high[x]
			rows, wide := float64(q.m)/float64(groups), float64(x)
			step := tileStep(rows, wide, rows+wide) + far
			if x*q.blockTerms() > 2*sumBlock {
				step = max(step, secondCost*wide) * outside
			}
			part := float64(q.k) * q.share(q.m/groups, x*m.lanes)
			c += float64(left/x*groups) * (step*part + tileCost + 2*rows*wide)
		}
		if vecs == 0 || c < cost {
			vecs, cost = v, c
		}
	}
	return vecs, cost
}

// tileStep estimates a step of a tile with so many loads.
func tileStep(rows, wide, loads float64) float64 {
	return max(rows*wide/2, loads/2, latency) + loadCost*loads
}
