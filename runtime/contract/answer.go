package contract

// decide answers q for so many workers.
func (q *question) decide(m *machine, workers int) decision {
	d := q.answer(m)
	d.prepare(m, workers)
	return d
}

// answer is the cheapest way. Some rows of many are computed as all of them would be, in
// what their bits depend on: whether in dot products, which add up terms in another order
// than tiles do, and whether turned, because that order is another one in what is left of
// rows or of columns.
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
		d.turned = like.turned
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
