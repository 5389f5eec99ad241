package contract

// What it costs, in cycles, that there are several workers.
const (
	handOver  = 6000.0 // until others have begun, with what they need, and their end is seen
	taskCost  = 200.0  // of a task, beside what is in it
	fetchCost = 1.25   // of an element that another processor has in its caches
	// The part of a task for which all others wait in the end: one of them is held
	// up, or its processor is slower.
	heldUp = 1.0 / 16
)

// tasks is a job cut up: rowTasks × colTasks blocks of taskRows × taskCols for
// each matrix of the batch, count in all.
type tasks struct {
	taskRows, taskCols        int
	rowTasks, colTasks, count int
	shared                    bool // workers share them; else they are not worth it
}

// cut divides the result into tasks, and chooses how wide their tiles are. One
// worker wants as few as there can be, because two in a row pack the same left
// operand, and two in a column the same right one. Several want one each, or more,
// so that who is held up has less left to do than others wait for. An element is
// the same sum in every task, so results do not depend on how many there are.
func (d *decision) cut(m *machine, workers int) {
	best := *d
	least := best.priced(m, 1, 1, 1)
	consider := func(down, across int) {
		t := *d
		if cost := t.priced(m, down, across, workers); t.count > 1 && cost < least {
			best, least = t, cost
		}
	}
	if workers > 1 {
		least += best.fetching(workers) // of what several have made
		for n := workers; n <= 4*workers; n *= 2 {
			each := (n + d.matrices() - 1) / d.matrices()
			for k := 1; k <= each; k *= 2 {
				consider(k, (each+k-1)/k)
				consider((each+k-1)/k, k)
			}
		}
	}
	*d = best
}

// priced divides every matrix into so many parts, or as many as there must be, and
// estimates what so many workers take for all of them, in cycles.
func (d *decision) priced(m *machine, down, across, workers int) float64 {
	each := 0.0 // for a task
	switch {
	case d.abreast && !d.sum:
		d.tasks = tasks{taskRows: d.m, taskCols: d.n, rowTasks: 1, colTasks: 1, count: (d.batch + m.lanes - 1) / m.lanes}
		each = d.cost * float64(d.batch) / float64(d.count)
	case d.overlap:
		d.divide(m, 1, 1)
		d.count = d.batch // a matrix is computed in one task: it adds up in an order
		each = d.cost
	default:
		d.divide(m, down, across)
		each = d.estimate(m)
	}
	each += taskCost
	if workers == 1 {
		return float64(d.count) * each
	}
	d.shared = true
	turns := (d.count + workers - 1) / workers
	return (float64(turns)+heldUp)*each + handOver + d.fetching(workers)
}

// divide makes tasks of parts that are as large as each other, as nearly as whole
// vectors allow: down × across for every matrix, or more.
func (d *decision) divide(m *machine, down, across int) {
	high, wide, limit := 1, m.lanes, taskLimit
	if d.dots {
		_, wide = m.block(&d.question, d.rightBy == inRuns)
	}
	if d.turned {
		high = m.lanes // rows of the job are what lies in a line of the result
	}
	if d.outBy != fromTile {
		limit = sumLimit
	}
	t := &d.tasks
	t.taskRows, t.rowTasks = evenly(d.m, max(down, (d.m+limit-1)/limit), high)
	t.taskCols, t.colTasks = evenly(d.n, max(across, (d.n+colBlock-1)/colBlock), wide)
	t.count = d.matrices() * t.rowTasks * t.colTasks
}

// evenly divides n into at most so many parts, all of whole units but the last.
func evenly(n, parts, unit int) (each, count int) {
	units := (n + unit - 1) / unit
	each = min(n, (units+parts-1)/parts*unit)
	return each, (n + each - 1) / each
}

// estimate is the cost of a task, whose tiles it chooses.
func (d *decision) estimate(m *machine) (cost float64) {
	q := d.question
	q.m, q.n = d.taskRows, d.taskCols
	part := float64(q.m) * float64(q.n) / (float64(d.m) * float64(d.n))
	switch {
	case d.abreast: // every task transposes both operands
		turning := d.turningBoth(m) * d.abreastPart(m)
		cost = turning + (d.cost-turning)*part
	case d.dots, d.rightBy == inRuns:
		cost = d.cost * part
	default:
		d.vecs, cost = q.width(m)
		cost += q.packing(d.way, m) + q.finishing(d.outBy, m)
	}
	if d.sum {
		cost *= float64(d.batch)
	}
	return cost
}

// fetching estimates how long a worker waits for what others have made. It is taken
// to have made what lies in its part of the rows in memory, of the operand and of
// the result, because so everything is shared that has rows; of the other operand
// it has no more than anyone.
func (d *decision) fetching(workers int) float64 {
	rows, cols, parts := d.m, d.n, d.rowTasks
	if d.turned {
		rows, cols, parts = d.n, d.m, d.colTasks
	}
	one := 1 / float64(workers)
	reads, others := 1.0, 1.0 // the parts of the rows and of the other operand that it reads
	elsewhere := 0.0          // the part of the result that it computes, and another reads
	if d.shared {
		parts := float64(parts * d.matrices())
		reads, others = max(one, 1/parts), min(1, parts*one)
		elsewhere = one * (1 - one/reads)
	}
	k, all := float64(d.k), float64(rows*d.matrices())
	if d.sum {
		k *= float64(d.batch)
	}
	return fetchCost * (float64(cols)*k*others*(1-one) + all*k*(reads-one) + all*float64(cols)*elsewhere)
}

// matrices is how many there are of the result.
func (q *question) matrices() int {
	if q.sum {
		return 1
	}
	return q.batch
}
