package contract

// Products that follow each other can be one piece of work for several workers, if part
// of each needs nothing of the others but the same part. On the way back through a layer
// the cotangent of its input is made from that of its output and the weights, and both
// gradients of weights from cotangents: all of them go by the units of the layer. A
// worker that has its units in all of them finds what it made in its own caches, and no
// one waits for the others in between. So small products are shared, too, that by
// themselves would not be worth handing over.

// MaxLinks is how many products are computed together, at most; those of a longer
// [Engine.Chain] are computed each by itself.
const MaxLinks = 4

const (
	maxChains = 8 // decisions that are remembered
	// Cycles of a part, at most, but for very long products: who is held up has less left
	// to do than others wait for. Short parts of small products are mostly beginnings.
	partLimit = 1 << 20
)

// Chain computes products one after the other, as [Engine.Run] does each. They are cut
// along their rows or, where Cols says so, along their columns, and no element that one
// of them writes is used in another one but by elements of the result at the same place
// of that axis, which is then equally long in both.
func (e *Engine[T]) Chain(links ...Product[T]) {
	if e.chain == nil || !e.chain.run(e, links) {
		for i := range links {
			e.Run(links[i])
		}
	}
}

// chain is what an engine needs for chains.
type chain[T Float] struct {
	memo    [maxChains]chained
	next    int // place of the memo
	jobs    [MaxLinks]job[T]
	engine  *Engine[T]
	chained *chained
}

// chained is what was decided about a chain.
type chained struct {
	n     int
	asked [MaxLinks]shape
	cols  [MaxLinks]bool
	made  [MaxLinks]operands // by links before
	links [MaxLinks]decision
	each  [MaxLinks]int // rows or columns of a part
	parts int           // 0: each product for itself
	price float64
}

// run computes links by parts, if that is worth it.
func (c *chain[T]) run(e *Engine[T], links []Product[T]) bool {
	if len(links) > MaxLinks {
		return false
	}
	for i := range links {
		if !links[i].linkable() {
			return false
		}
	}
	d := c.decide(e, links)
	if d.parts == 0 {
		return false
	}
	for i := range links {
		c.jobs[i].set(&links[i], &d.links[i])
	}
	c.engine, c.chained = e, d
	e.pool.Run(c, d.parts)
	clear(c.jobs[:d.n])
	return true
}

// linkable reports whether a product is one matrix by strides alone, all of it.
func (p *Product[T]) linkable() bool {
	plain := func(o *Operand[T]) bool {
		return o.Rows == nil && o.Cols == nil && o.Steps == nil && o.Kept == 0 && o.Band == Band{}
	}
	return p.M > 0 && p.N > 0 && len(p.C.Data) > 0 && p.Of == 0 && p.Batch <= 1 && p.Groups <= 1 && !p.Sum && !p.Overlap &&
		plain(&p.A) && plain(&p.B) && plain(&p.C) && (p.Then&Gate == 0 || plain(&p.Gate))
}

// decide decides how links are computed, unless it has done so before.
func (c *chain[T]) decide(e *Engine[T], links []Product[T]) *chained {
	var made [MaxLinks]operands
	for i := range links {
		p := &links[i]
		p.normalize()
		e.decide(p) // it checks the operands
		for k := range i {
			if p.A.same(&links[k].C) {
				made[i] |= leftOne
			}
			if p.B.same(&links[k].C) {
				made[i] |= rightOne
			}
		}
	}
	for i := range c.memo {
		if d := &c.memo[i]; d.made == made && knows(d, links) {
			return d
		}
	}
	d := &c.memo[c.next]
	c.next = (c.next + 1) % len(c.memo)
	*d = chained{n: len(links), made: made}
	apart, able := 0.0, true
	for i := range links {
		alone := e.decide(&links[i]) // until the next one, which may take its place
		d.asked[i], d.cols[i], d.links[i] = links[i].shape(), links[i].Cols, *alone
		apart += alone.price
		able = able && !alone.halved && !alone.abreast
	}
	if !able || !d.cut(e.machine, len(e.workers), len(e.workers[0].space)) || d.price >= apart {
		d.parts = 0
	}
	return d
}

// knows reports whether d is about links of the same shapes.
func knows[T Float](d *chained, links []Product[T]) bool {
	ok := d.n == len(links)
	for i := range links {
		ok = ok && d.cols[i] == links[i].Cols && links[i].hasShape(&d.asked[i])
	}
	return ok
}

// same reports whether two operands begin with the same element.
func (o *Operand[T]) same(p *Operand[T]) bool {
	return o.Off < len(o.Data) && p.Off < len(p.Data) && &o.Data[o.Off] == &p.Data[p.Off]
}

// cut divides all products into a part for each worker, or more if they are long, and
// estimates what the workers take for them. It is not ok if one needs more memory than
// there is.
func (d *chained) cut(m *machine, workers, space int) (ok bool) {
	for d.parts = workers; ; d.parts *= 2 {
		part, fetching := 0.0, 0.0
		for i := range d.n {
			l, has := &d.links[i], d.made[i]
			if l.turned {
				has = has.turn()
			}
			part += d.cutLink(i, m) + taskCost
			fetching += l.fetchingBut(m, workers, has)
			if l.need = l.memory(m); l.need > space {
				return false
			}
		}
		if part <= partLimit || d.parts >= 16*workers {
			d.price = handOver + float64(d.parts/workers)*part + fetching
			return true
		}
	}
}

// cutLink divides a product, and estimates what a part of it costs.
func (d *chained) cutLink(i int, m *machine) float64 {
	l := &d.links[i]
	rows, cols := l.m, l.n
	l.rowTasks, l.colTasks, l.shared, l.apart = 1, 1, true, false
	if d.cols[i] != l.turned {
		d.each[i], l.colTasks = evenly(l.n, d.parts, align)
		cols = d.each[i]
	} else {
		d.each[i], l.rowTasks = evenly(l.m, d.parts, align)
		rows = d.each[i]
	}
	high, wide, limit := l.units(m)
	down, across := 0, 0
	l.taskRows, down = evenly(rows, (rows+limit-1)/limit, high)
	l.taskCols, across = evenly(cols, (cols+colBlock-1)/colBlock, wide)
	return float64(down*across) * l.estimate(m)
}

// Task computes a part of each product.
func (c *chain[T]) Task(worker, id int) {
	w, d := &c.engine.workers[worker], c.chained
	for i := range d.n {
		j := &c.jobs[i]
		r := region{i1: j.m, j1: j.n}
		if d.cols[i] != j.turned {
			r.j0, r.j1 = min(id*d.each[i], j.n), min((id+1)*d.each[i], j.n)
		} else {
			r.i0, r.i1 = min(id*d.each[i], j.m), min((id+1)*d.each[i], j.m)
		}
		w.kept = false
		for i0 := r.i0; i0 < r.i1; i0 += j.taskRows {
			for j0 := r.j0; j0 < r.j1; j0 += j.taskCols {
				w.matrix(j, region{i0: i0, i1: min(i0+j.taskRows, r.i1), j0: j0, j1: min(j0+j.taskCols, r.j1)})
			}
		}
	}
}
