package contract

// align is a number of elements: parts of a worker's memory begin at its
// multiples.
const align = 16

// keepsLeft reports that a worker has room for the whole of its packed left
// operand, and so packs it once for all tasks that share it.
func (d *decision) keepsLeft() bool {
	return d.leftBy != inPlace && !d.leftKept() && d.rowTasks == 1 && d.m <= rowBlock && d.m*d.k <= rowBlock*sumBlock
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
	if d.packsRight() && !d.rightKept() {
		p.right = take(terms * p.ld)
	}
	switch {
	case d.leftBy == inPlace, d.leftKept():
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
	if k >= halfTerms || len(reach) > 0 {
		space += min((m+align)*(n+align), halfLimit) // the second half of a sum
	}
	if len(reach) == 0 {
		return space
	}
	operands := 0
	for _, r := range reach {
		operands += round(r) * align
	}
	return space + min(operands, reachLimit) + min(max(m, n), rowBlock)*align*align
}
