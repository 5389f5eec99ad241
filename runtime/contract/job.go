package contract

import (
	"unsafe"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// job is a product made ready: turned so that its columns lie along vectors,
// with a way to compute it, and cut into tasks.
type job[T Float] struct {
	left, right, out, gate Operand[T]
	rowBias, colBias       []T
	keptLeft, keptRight    []T // packed operands that stay
	factor                 T
	flags                  uint64
	// What of the sums: matrices of the batch, if it sums over them, or blocks of the
	// terms.
	from, to int
	// Where the memo has it: other workers have read it before, and need not fetch
	// it again for every product.
	*decision
}

// decision is what was decided about a product, by its sizes, its strides and
// the processor. Only the tasks, how wide their tiles are and, where that changes no bit,
// whether the product is turned depend on the number of workers. The question is the
// product as it is computed: turned, if the way says so.
type decision struct {
	question
	way
	tasks
	need int // elements of memory for a worker
}

// ask is the question that p poses.
func (p *Product[T]) ask() question {
	groups, rows := max(p.Groups, 1), p.M
	if p.Of > 0 {
		rows = p.Of
	}
	q := question{
		groups: groups, batch: groups * p.Batch, m: rows, n: p.N, k: max(p.K, 0), flags: uint64(p.Then), sum: p.Sum, overlap: p.Overlap,
		leftLie: p.A.lie(rows, p.K), rightLie: p.B.lie(p.K, p.N), outLie: p.C.lie(rows, p.N),
	}
	q.gateLie = q.outLie
	if p.Then&Gate != 0 {
		q.gateLie = p.Gate.lie(rows, p.N)
	}
	q.halved = q.halves()
	q.m, q.of = p.M, p.Of
	return q
}

// prepare cuts the product into tasks and says how much memory a worker needs.
func (d *decision) prepare(m *machine, workers int) {
	d.cut(m, workers)
	d.need = d.memory(m)
}

// memory is how many elements of it a worker needs.
func (d *decision) memory(m *machine) int {
	_, n := layOut[float32](d, m, nil)
	if d.halved {
		size, _ := d.secondHalf()
		n += size
	}
	return n
}

// set fills j for p, which d was decided about.
func (j *job[T]) set(p *Product[T], d *decision) {
	j.decision, j.factor, j.flags = d, p.Factor, d.flags
	j.from, j.to = 0, d.sumBlocks()
	if d.sum {
		j.to = d.batch
	}
	gated := p.Then&Gate != 0
	if !d.turned {
		j.left, j.right, j.out = p.A, p.B, p.C
		j.rowBias, j.colBias = p.Row, p.Col
		if gated {
			j.gate = p.Gate
		}
		return
	}
	j.left, j.right, j.out = p.B.turn(), p.A.turn(), p.C.turn()
	j.rowBias, j.colBias = p.Col, p.Row
	if gated {
		j.gate = p.Gate.turn()
	}
}

// steps are those for the sums of a matrix. Of a sum over the batch, all but the
// first of the job are added to what there is, and so are sums that overlap.
func (j *job[T]) steps(batch int) uint64 {
	if j.sum && batch > j.from || j.overlap {
		return j.flags | kernel.Accumulate
	}
	return j.flags
}

// machine is what matters of a set of kernels to who chooses among them.
type machine struct {
	lanes  int
	line   int                        // elements of a cache line
	packed bool                       // tiles want packed operands
	turn   float64                    // cycles for an element transposed
	fetch  float64                    // … and for one that another processor has
	high   [kernel.MaxVectors + 1]int // rows of the highest tile of a width, or 0
	patch  [kernel.MaxPatch + 1]int   // the same of patches
	below  [kernel.MaxVectors + 1]int // the widest tile of at most a width
	dot    [kernel.MaxDot + 1]int     // columns of the widest block of dot products of so many rows
	spread [kernel.MaxSpread + 1]int  // the same of tiles that spread their rows
	runs   int                        // rows of the highest block of dot products in runs, or 0
}

func newMachine[T Float](set *kernel.Set[T]) *machine {
	m := &machine{lanes: set.Lanes, line: int(lineBytes / unsafe.Sizeof(T(0))), packed: set.Packed, turn: 1.5}
	m.fetch = lineCost / float64(m.line)
	for n := set.Lanes; n > 1; n /= 2 {
		m.turn += 0.75 // a load, a store and so many exchanges
	}
	m.turn /= float64(set.Lanes)
	for v := 1; v <= kernel.MaxVectors; v++ {
		m.high[v] = set.Rows(v)
		if m.below[v] = v; m.high[v] == 0 {
			m.below[v] = m.below[v-1]
		}
	}
	for v := range m.patch {
		m.patch[v] = set.PatchRows(v)
	}
	for v := range m.spread {
		m.spread[v] = set.SpreadRows(v)
	}
	m.runs = set.RunRows()
	for r := range m.dot {
		for c := range m.dot {
			if set.Dot[r][c] != nil {
				m.dot[r] = c
			}
		}
	}
	return m
}

// block is the largest block of dot products for the product.
func (m *machine) block(q *question, inRuns bool) (r, c int) {
	rows, cols := q.m, q.n
	if inRuns {
		return min(rows, m.runs), min(cols, kernel.MaxRun)
	}
	for n := kernel.MaxDot; n > 0; n /= 2 {
		w := m.dot[n]
		if n > rows || w == 0 {
			continue
		}
		for w > cols {
			w /= 2
		}
		if n*w > r*c {
			r, c = n, w
		}
	}
	return r, c
}
