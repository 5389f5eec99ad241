package contract

// align is a number of elements: parts of a worker's memory begin at its
// multiples.
const align = 16

// cut divides the result into tasks. One worker wants few, because two tasks in
// a row pack the same left operand, and two in a column the same right one.
// Several want four each, so that they end together; but a task is one panel
// wide at least, and one that packs its left operand is as wide as can be. An
// element is the same sum in every task, so results do not depend on how many
// there are.
func (d *decision) cut(m *machine, workers int) (t tasks) {
	if d.abreast && !d.sum {
		return tasks{taskRows: d.m, taskCols: d.n, rowTasks: 1, colTasks: 1, count: (d.batch + m.lanes - 1) / m.lanes}
	}
	wanted := 1
	switch {
	case d.abreast:
		wanted = workers // each transposes both operands
	case workers > 1:
		wanted = 4 * workers
	}
	panel := d.vecs * m.lanes
	if d.dots {
		_, panel = m.block(&d.question, d.rightBy == inRuns)
	}
	cols, limit := max(colBlock/panel, 1)*panel, taskLimit
	if d.outBy != fromTile {
		limit = sumLimit
	}
	if d.large() || d.abreast {
		if d.leftBy == inPlace {
			cols = min(cols, max(1, (d.n+wanted*panel-1)/(wanted*panel))*panel)
		}
		if across := (d.n + cols - 1) / cols * d.matrices(); across < wanted && d.m >= 2*rowBlock {
			down := (wanted + across - 1) / across
			limit = min(limit, max(rowBlock, (d.m+down-1)/down))
		}
	}
	t.taskCols = min(cols, d.n)
	t.colTasks = (d.n + cols - 1) / cols
	parts := (d.m + limit - 1) / limit
	if parts > 1 {
		parts = evenParts(parts, t.colTasks*d.matrices(), workers)
	}
	t.taskRows = (d.m + parts - 1) / parts
	t.rowTasks = (d.m + t.taskRows - 1) / t.taskRows
	if d.overlap {
		t.count = d.batch // a matrix is computed in one task: it adds up in an order
		return t
	}
	t.count = d.matrices() * t.rowTasks * t.colTasks
	return t
}

// matrices is how many there are of the result.
func (q *question) matrices() int {
	if q.sum {
		return 1
	}
	return q.batch
}

// evenParts is at least as many parts of the rows, so that with across tasks in
// each part every worker has equally many.
func evenParts(parts, across, workers int) int {
	for n := parts; n < parts+workers; n++ {
		if n*across%workers == 0 {
			return n
		}
	}
	return parts
}

// worthSharing is a number of multiply-adds that is worth the time in which
// another worker has begun: a microsecond or two.
const worthSharing = 1 << 18

// products is the multiply-adds of a matrix of the result.
func (q *question) products() float64 {
	p := float64(q.m) * float64(q.n) * float64(q.k)
	if q.sum {
		p *= float64(q.batch)
	}
	return p
}

// large reports that a matrix is worth more than one worker.
func (q *question) large() bool { return q.products() > worthSharing }

// shared reports that all matrices together are.
func (q *question) shared() bool { return float64(q.matrices())*q.products() > worthSharing }

// keepsLeft reports that a worker has room for the whole of its packed left
// operand, and so packs it once for all tasks that share it.
func (d *decision) keepsLeft() bool {
	return d.leftBy != inPlace && d.rowTasks == 1 && d.m <= rowBlock && d.m*d.k <= rowBlock*sumBlock
}

// parts are the pieces of a worker's memory.
type parts[T Float] struct {
	right []T // packed panels, one after the other
	left  []T // packed groups of rows
	sums  []T // of the task, rows ld apart
	other []T // as long: further sums by dot products
	tiles []T // sums transposed
	ld    int
}

// layOut divides a worker's memory, or none; it returns how much it takes.
func layOut[T Float](d *decision, m *machine, memory []T) (p parts[T], n int) {
	take := func(size int) (part []T) {
		size = (size + align - 1) &^ (align - 1)
		if memory != nil {
			part = memory[n:][:size:size]
		}
		n += size
		return part
	}
	p.ld = (d.taskCols + m.lanes - 1) / m.lanes * m.lanes
	terms := min(d.k, sumBlock)
	if d.abreast && d.sum {
		p.right, p.left = take(d.rightLie.reach*m.lanes), take(d.leftLie.reach*m.lanes)
		p.sums, p.other = take(d.taskRows*p.ld), take(d.taskRows*p.ld)
		if d.outBy == fromTurned {
			p.tiles = take(d.taskCols * m.lanes)
		}
		return p, n
	}
	if d.abreast {
		p.right = take(d.rightLie.reach * m.lanes)
		if d.overlap {
			p.sums = take(d.outLie.reach * m.lanes)
		} else {
			p.sums = take(min(d.m, rowBlock) * m.lanes * m.lanes)
		}
		if d.leftBy != inPlace {
			p.left = take(d.k * d.m)
		}
		return p, n
	}
	if d.rightBy != inPlace && d.rightBy != inRuns {
		p.right = take(terms * p.ld)
	}
	switch {
	case d.leftBy == inPlace:
	case d.keepsLeft():
		p.left = take(d.k * d.taskRows)
	default:
		p.left = take(terms * min(rowBlock, d.taskRows))
	}
	if d.outBy != fromTile {
		p.sums = take(d.taskRows * p.ld)
	}
	if d.dots && d.k > dotTerms {
		p.other = take(d.taskRows * p.ld)
	}
	if d.outBy == fromTurned {
		p.tiles = take(d.taskCols * m.lanes)
	}
	return p, n
}

// Space is a number of elements with which a worker can compute every product
// of up to the given sizes, however its operands lie. A batch whose operands
// tables describe wants the reach of both, too: how many elements there are from
// the lowest to the highest of a matrix, at most.
func Space(m, n, k int, reach ...int) int {
	m, n, k = max(m, 0), max(n, 0), max(k, 0)
	round := func(n int) int { return (n + align - 1) &^ (align - 1) }
	one := func(rows, cols int) int {
		cols = round(min(cols, colBlock))
		terms := min(k, sumBlock)
		sums := round(min(rows, sumLimit)) * cols
		left := min(k*min(rows, rowBlock), sumBlock*rowBlock)
		return terms*cols + round(left) + 2*sums + cols*align
	}
	space := max(one(m, n), one(n, m))
	if len(reach) == 0 {
		return space
	}
	operands := 0
	for _, r := range reach {
		operands += round(r) * align
	}
	return space + min(operands, reachLimit) + min(max(m, n), rowBlock)*align*align
}
