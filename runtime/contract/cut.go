package contract

import "github.com/gradgen/gradgen/runtime"

// What it costs, in cycles, that there are several workers.
const (
	handOver  = runtime.HandOver / additions
	additions = 16.0  // of vectors in a cycle
	taskCost  = 200.0 // of a task, beside what is in it
	// The part of a task for which all others wait in the end: one of them is held
	// up, or its processor is slower.
	heldUp = 1.0 / 16
)

// tasks is a job cut up: rowTasks × colTasks blocks of taskRows × taskCols for
// each matrix of the batch, count in all.
type tasks struct {
	taskRows, taskCols        int
	rowTasks, colTasks, count int
	shared                    bool    // workers share them; else they are not worth it
	apart                     bool    // … and take the halves of sums apart
	price                     float64 // what the workers take for it, in cycles: an estimate
}

// cut divides the result into tasks, and chooses how wide their tiles are. One
// worker wants as few as there can be, because two in a row pack the same left
// operand, and two in a column the same right one. Several want one each, or more,
// so that who is held up has less left to do than others wait for. An element is
// the same sum in every task, so results do not depend on how many there are.
func (d *decision) cut(m *machine, workers int) {
	best := *d
	least := best.priced(m, 1, 1, 1)
	consider := func(n int, apart bool) {
		for k := 1; k <= n; k *= 2 {
			for _, by := range [...][2]int{{k, (n + k - 1) / k}, {(n + k - 1) / k, k}} {
				t := *d
				t.apart = apart
				if cost := t.priced(m, by[0], by[1], workers); t.count > 1 && cost < least {
					best, least = t, cost
				}
			}
		}
	}
	if workers > 1 {
		least += best.fetching(m, workers) // of what several have made
		for n := workers; n <= 4*workers; n *= 2 {
			consider((n+d.matrices()-1)/d.matrices(), false)
			if d.halved {
				consider((n+1)/2, true)
			}
		}
	}
	*d = best
	d.price = least
}

// priced divides every matrix into so many parts, or as many as there must be, and
// estimates what so many workers take for all of them, in cycles.
func (d *decision) priced(m *machine, down, across, workers int) float64 {
	each := 0.0 // for a task
	switch {
	case d.abreast && !d.sum:
		d.taskRows, d.taskCols, d.rowTasks, d.colTasks, d.count = d.m, d.n, 1, 1, (d.batch+m.lanes-1)/m.lanes
		each = d.cost * float64(d.batch) / float64(d.count)
	case d.overlap:
		d.divide(m, 1, 1)
		d.count = d.batch // a matrix is computed in one task: it adds up in an order
		each = d.cost
	default:
		d.divide(m, down, across)
		each = d.estimate(m)
	}
	more := 0.0
	if d.apart {
		each /= 2
		d.count *= 2
		more = handOver + float64(d.m)*float64(d.n)/float64(workers)*finishCost/float64(m.lanes)
	}
	each += taskCost
	if workers == 1 {
		return float64(d.count) * each
	}
	d.shared = true
	turns := (d.count + workers - 1) / workers
	return (float64(turns)+heldUp)*each + handOver + more + d.fetching(m, workers)
}

// divide makes tasks of parts that are as large as each other, as nearly as whole
// vectors allow: down × across for every matrix, or more.
func (d *decision) divide(m *machine, down, across int) {
	high, wide, limit := d.units(m)
	t := &d.tasks
	t.taskRows, t.rowTasks = evenly(d.m, max(down, (d.m+limit-1)/limit), high)
	t.taskCols, t.colTasks = evenly(d.n, max(across, (d.n+colBlock-1)/colBlock), wide)
	t.count = d.matrices() * t.rowTasks * t.colTasks
}

// units are of how many rows and columns tasks are multiples, and the most rows of one.
func (d *decision) units(m *machine) (high, wide, limit int) {
	high, wide, limit = 1, m.lanes, taskLimit
	if d.dots {
		_, wide = m.block(&d.question, d.rightBy == inRuns)
	}
	if d.turned {
		high = m.lanes // rows of the job are what lies in a line of the result
	}
	if d.outBy != fromTile {
		limit = sumLimit
	}
	return high, wide, limit
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
	case d.dots && d.rightBy == inRuns:
		w, _ := q.byRuns(m)
		cost = w.cost
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

// matrices is how many there are of the result.
func (q *question) matrices() int {
	if q.sum {
		return 1
	}
	return q.batch
}
