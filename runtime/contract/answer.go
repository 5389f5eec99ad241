package contract

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// decide answers q for so many workers.
func (q *question) decide(m *machine, workers int) decision {
	d := q.answer(m)
	d.prepare(m, workers)
	if workers == 1 || m.packed || q.of > 0 {
		return d
	}
	// What is cheapest for one worker may have each of several pack all of an operand.
	o := d.turnAbout(m)
	if d.sumsLike(&o) {
		if o.prepare(m, workers); o.price < d.price {
			return o
		}
	}
	return d
}

// turnAbout is the answer with rows and columns exchanged.
func (d *decision) turnAbout(m *machine) decision {
	o := decision{question: d.turn()}
	o.way = o.choose(m)
	o.turned = !d.turned
	return o
}

// sumsLike reports whether the product gives the same bits if it is turned about, as o
// is: by tiles that add up the same terms one by one, from packed operands or not (those
// in Go take several at a time), and add the same to what the result held, in one order.
func (d *decision) sumsLike(o *decision) bool {
	const both = kernel.AddRow | kernel.AddCol
	tiles := func(d *decision) bool {
		return !d.dots && !d.abreast && d.rightBy != gathered && d.rightBy != inRuns && d.leftBy != gathered
	}
	return tiles(d) && tiles(o) && !d.sum && !d.overlap && !d.halved && !d.banded() && d.flags&both != both && (d.flags&kernel.Accumulate == 0 || d.sumBlocks() == 1)
}

// answer is the cheapest way. Some rows of many are computed as all of them would be, in
// what their bits depend on: whether in dot products, which add up terms in another order
// than tiles do; whether turned, because that order is another one in what is left of
// rows or of columns; and how sums come to the result, because what is there is added
// before the second block of terms or after the last.
func (q *question) answer(m *machine) decision {
	t := q.turn()
	if q.of > 0 {
		all := *q
		all.m, all.of = q.of, 0
		like := all.answer(m)
		d := decision{question: *q}
		if like.turned {
			d.question = t
		}
		d.way = d.chooseAlike(m, like.dots)
		d.turned, d.outBy = like.turned, like.outBy
		return d
	}
	d := decision{question: *q, way: q.choose(m)}
	if w := t.choose(m); w.cost < d.cost {
		d.question, d.way = t, w
		d.turned = true
	}
	return d
}

// chooseAlike returns the way by dot products, or by tiles.
func (q *question) chooseAlike(m *machine, dots bool) way {
	if dots {
		w, _ := q.byDots(m)
		return w
	}
	return q.byTiles(m)
}
