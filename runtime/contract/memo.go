package contract

// memo remembers products: a program computes the same few over and over, and to decide
// how takes as long as many thousand terms. One is in one of a few places, from that of
// its hash on.
type memo []remembered

// remembered is a shape, and all that follows from it.
type remembered struct {
	shape
	bounds [4]bounds // of A, B, C and Gate
	decision
}

const (
	memoBits   = 6
	memoSize   = 1 << memoBits
	memoAlone  = memoSize / 4 // of an engine with one of several workers, who does few products
	memoPlaces = 8
)

// find returns the place of p, and whether it is there, or a place for it: a free one if
// there is, else one whose product is then decided about again when it is computed.
func find[T Float](m memo, p *Product[T]) (at *remembered, known bool) {
	h := p.hash()
	free := &m[h%len(m)]
	for i := range memoPlaces {
		at := &m[(h+i)%len(m)]
		if p.hasShape(&at.shape) {
			return at, true
		}
		if free.shape.m != 0 {
			free = at
		}
	}
	return free, false
}

// decide decides how to compute p, which is normal. It panics if p is not what a product
// may be, or if an operand reaches outside of its slice.
func (e *Engine[T]) decide(p *Product[T]) *decision {
	r, known := find(e.memo, p)
	if !known {
		p.check()
		q := p.ask()
		*r = remembered{p.shape(), p.bounds(), q.decide(e.machine, len(e.workers))}
	}
	p.within(&r.bounds)
	return &r.decision
}
