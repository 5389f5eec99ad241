package runtime

// RowTask is work on rows of arrays that do not depend on each other: a call of
// a function whose outermost loop runs over them.
type RowTask interface {
	// Rows does rows lo to lo+n-1; n is 1 at least. worker is which of the pool's it
	// runs on, from 0.
	Rows(worker, lo, n int)
}

// Rows is how many rows there are, and what they are.
type Rows struct {
	N    int
	Cost int // of a row, in additions or so
	// Unit is a number of rows that share a cache line or a vector, if not 1:
	// such are done together.
	Unit int
	// Whole says that one worker does them best at once, and that they are then the
	// same, bit for bit.
	Whole bool
}

// HandOver is the price of sharing work among workers who are awake: until others
// have begun, and their end is seen, a microsecond goes by. It is counted in additions
// of numbers that lie side by side, of which vectors do some sixty in a nanosecond;
// so is all work that is compared with it, here and where programs are planned.
const HandOver = 1 << 16

// All the work of rows must be worth handing over, and a task the nanoseconds of
// taking it.
const (
	worthTask = HandOver / 4
	mostTasks = 16
)

// Share does all rows of t, in tasks that the workers of p take. How they are
// cut depends on sizes alone, and is the same for one worker, but for Rows.Whole.
// After a call p refers to t no more.
func (p *Pool) Share(t RowTask, r Rows) {
	size := r.task()
	if p == nil || len(p.helpers) == 0 || size >= r.N {
		if r.Whole {
			size = max(r.N, 1)
		}
		for lo := 0; lo < r.N; lo += size {
			t.Rows(0, lo, min(size, r.N-lo))
		}
		return
	}
	p.rows = rowTasks{t, r.N, size}
	defer func() { p.rows.task = nil }()
	p.Run(&p.rows, (r.N+size-1)/size)
}

// task is the number of rows that a worker takes at a time.
func (r *Rows) task() int {
	cost := max(r.Cost, 1)
	if r.N <= HandOver/cost {
		return max(r.N, 1)
	}
	size := max((r.N+mostTasks-1)/mostTasks, (worthTask+cost-1)/cost)
	unit := max(r.Unit, 1)
	return (size + unit - 1) / unit * unit
}

// rowTasks are the rows of a task, size at a time.
type rowTasks struct {
	task    RowTask
	n, size int
}

// Task does the rows of one task.
func (t *rowTasks) Task(worker, id int) {
	lo := id * t.size
	t.task.Rows(worker, lo, min(t.size, t.n-lo))
}
