package contract

// memo remembers decisions: a program asks the same few questions over and
// over, and answering takes as long as a product of many thousand terms. A question
// is in one of a few places, from that of its hash on.
type memo []struct {
	asked question
	decision
}

const (
	memoBits   = 6
	memoSize   = 1 << memoBits
	memoAlone  = memoSize / 4 // of an engine with one of several workers, who does few products
	memoPlaces = 8
)

// find returns the place of q, or one for it: a free one if there is, else one whose
// question is then answered again when it is asked.
func (s memo) find(q *question) int {
	h := q.hash()
	free := h % len(s)
	for i := range memoPlaces {
		at := (h + i) % len(s)
		if s[at].asked == *q {
			return at
		}
		if s[free].asked.m != 0 {
			free = at
		}
	}
	return free
}

// decide answers q, for so many workers.
func (s memo) decide(q *question, m *machine, workers int) *decision {
	e := &s[s.find(q)]
	if e.asked == *q {
		return &e.decision
	}
	d := q.answer(m)
	d.prepare(m, workers)
	e.asked, e.decision = *q, d
	return &e.decision
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

// hash is the first place of q in a memo. Strides tell products of the same sizes
// apart; the factor, from the golden ratio, spreads what differs little.
func (q *question) hash() int {
	h := uint64(q.flags)
	for _, n := range [...]int{q.m, q.n, q.k, q.batch, q.leftLie.row, q.leftLie.col, q.rightLie.row, q.rightLie.col, q.outLie.row} {
		h = (h ^ uint64(n)) * 0x9e3779b97f4a7c15
	}
	return int(h >> (64 - memoBits))
}
