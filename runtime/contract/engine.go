package contract

import (
	"strconv"

	"github.com/gradgen/gradgen/runtime"
	"github.com/gradgen/gradgen/runtime/internal/kernel"
	"github.com/gradgen/gradgen/runtime/internal/kernel/sets"
)

// Engine computes products of one element type. It belongs to a workspace: it
// is for one goroutine at a time, and calls allocate nothing. Until its next
// product it refers to the operands of its last.
type Engine[T Float] struct {
	machine *machine
	set     *kernel.Set[T]
	pool    *runtime.Pool
	workers []worker[T]
	memo    memo
	kept    []kept[T]
	alone   []*Engine[T] // one for each worker, if there are several
	job     job[T]       // what is to be done …
	second  job[T]       // … and if sums are halved, their second half
	chain   *chain[T]    // nil for one worker, who has no use for it
}

// worker is what one worker needs for itself: orders that kernels read, and
// memory for packed operands and sums. The pad keeps what two workers write
// apart by more than the pair of cache lines that processors fetch together.
type worker[T Float] struct {
	*machine
	set          *kernel.Set[T]
	space        []T
	tile         kernel.Tile[T]
	dot          kernel.Dot[T]
	move         kernel.Move[T]
	collect      kernel.Gather[T]
	kept         bool     // the packed left operand is whole …
	keptAt       int      // … and of the matrix at this offset
	across, down spelling // of strides beside tables
	_            [128]byte
}

// NewEngine returns an engine that computes with the workers of pool, in the
// memory of space: what [Space] says for its largest product, for each worker.
// Memory aligned like that of runtime.NewArena is fastest.
func NewEngine[T Float](pool *runtime.Pool, space []T) *Engine[T] {
	return newEngine(sets.For[T]()[0], pool, space)
}

// Kernels names the instructions that engines use on this machine: avx512,
// avx2 or portable.
func Kernels() string { return sets.For[float32]()[0].Name }

func newEngine[T Float](set *kernel.Set[T], pool *runtime.Pool, space []T) *Engine[T] {
	e := &Engine[T]{machine: newMachine(set), set: set}
	e.employ(pool, space)
	return e
}

// employ divides space among the workers of pool.
func (e *Engine[T]) employ(pool *runtime.Pool, space []T) {
	e.pool, e.workers, e.memo, e.alone = pool, make([]worker[T], pool.Workers()), make(memo, memoSize), nil
	sizes := make([]int, len(e.kept))
	for i := range e.kept {
		sizes[i] = len(e.kept[i].memory)
	}
	e.Reserve(sizes...) // what was packed was for other tasks
	e.chain = nil
	if len(e.workers) > 1 {
		e.chain = &chain[T]{}
	}
	each := len(space) / len(e.workers) &^ (align - 1)
	for i := range e.workers {
		w := &e.workers[i]
		w.machine, w.set, w.space = e.machine, e.set, space[i*each:][:each:each]
		if len(e.workers) > 1 {
			a := &Engine[T]{machine: e.machine, set: e.set, workers: make([]worker[T], 1), memo: make(memo, memoAlone), kept: reserve[T](sizes)}
			a.workers[0].machine, a.workers[0].set, a.workers[0].space = w.machine, w.set, w.space
			e.alone = append(e.alone, a)
		}
	}
}

// Worker returns an engine with one of the pool's workers, and that worker's memory: for
// work that the pool divides on a larger scale, and that has products in it. Neither is
// e used meanwhile, nor one worker's engine by another.
func (e *Engine[T]) Worker(worker int) *Engine[T] {
	if len(e.alone) == 0 {
		return e
	}
	return e.alone[worker]
}

// SetPool makes the engine compute with the workers of pool, each with as much
// memory as one had before; it allocates that. Results do not depend on pool. If
// pool is closed the engine computes with one worker.
func (e *Engine[T]) SetPool(pool *runtime.Pool) {
	e.employ(pool, runtime.NewArena[T](pool.Workers()*len(e.workers[0].space)))
}

// Run computes p. It panics if an operand reaches outside its slice, or if the
// engine's memory is too small; C is then as it was. Both are mistakes of the
// program that generated the call.
func (e *Engine[T]) Run(p Product[T]) {
	if p.M <= 0 || p.N <= 0 || p.Batch < 0 || p.Groups < 0 || len(p.C.Data) == 0 {
		return
	}
	p.normalize()
	d := e.decide(&p)
	if d.need > len(e.workers[0].space) {
		panic("contract: the engine has space for " + strconv.Itoa(len(e.workers[0].space)) +
			" elements a worker, the product needs " + strconv.Itoa(d.need))
	}
	j := &e.job
	j.set(&p, d)
	if d.halved && (d.apart || !d.inOrder()) {
		e.halve()
	}
	for i := range e.workers {
		e.workers[i].kept = false
	}
	e.keep(j)
	if j.shared {
		e.pool.Run((*tiling[T])(e), j.count)
		if j.apart {
			e.pool.Run((*joining[T])(e), len(e.workers))
		}
	} else {
		for id := range j.count {
			e.task(0, id)
		}
	}
	if d.halved {
		e.second = job[T]{} // the next product may have none, and would hold the operands
	}
}

// tiling is the job of an engine as tasks of a pool.
type tiling[T Float] Engine[T]

// Task computes one task of the job.
func (t *tiling[T]) Task(worker, id int) { (*Engine[T])(t).task(worker, id) }

func (e *Engine[T]) task(worker, id int) {
	j, w := &e.job, &e.workers[worker]
	switch {
	case j.overlap && j.abreast:
		w.spread(j, id*w.lanes)
		return
	case j.overlap:
		w.overlap(j, id)
		return
	case j.abreast && !j.sum:
		w.abreast(j, region{batch: id * w.lanes})
		return
	}
	each := j.rowTasks * j.colTasks
	b, id := id/each, id%each // halves of sums are taken like matrices
	row, col := id/j.colTasks, id%j.colTasks
	if j.turned { // neighbours in memory are neighbours in the order of tasks
		row, col = id%j.rowTasks, id/j.rowTasks
	}
	i0, j0 := row*j.taskRows, col*j.taskCols
	r := region{i0: i0, i1: min(i0+j.taskRows, j.m), j0: j0, j1: min(j0+j.taskCols, j.n)}
	switch {
	case j.apart:
		w.region([]*job[T]{j, &e.second}[b], r)
	case j.halved && !j.inOrder():
		w.region(j, r)
		w.region(&e.second, r)
		w.join(j, &e.second, r)
	default:
		r.batch = b
		w.region(j, r)
	}
}

// region computes a region, of a matrix or of the sum of all.
func (w *worker[T]) region(j *job[T], r region) {
	switch {
	case j.abreast:
		w.total(j, r)
	case j.sum:
		for r.batch = j.from; r.batch < j.to; r.batch++ {
			w.matrix(j, r)
		}
	default:
		w.matrix(j, r)
	}
}

// matrix computes a region of a matrix.
func (w *worker[T]) matrix(j *job[T], r region) {
	if j.dots {
		w.dots(j, r)
	} else {
		w.tiles(j, r)
	}
}

// region is a block of the result.
type region struct {
	batch          int
	i0, i1, j0, j1 int
}

func (r *region) rows() int { return r.i1 - r.i0 }
func (r *region) cols() int { return r.j1 - r.j0 }
