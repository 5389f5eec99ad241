package vec

import "math"

// interval is where a register has a value that matters. Code i reads at 2i and
// assigns at 2i+1, so that what dies in a code can leave its place to what is
// made there.
type interval struct {
	reg        Reg
	start, end int32
	// cost is that of living in memory: accesses, those in loops more.
	cost float64
	// again is the code that makes the value by a read that can be repeated, so
	// that it need not be stored; -1 if there is none.
	again int32
}

// lives are the intervals of a function, by their start.
type lives struct {
	selection
	intervals []interval
	of        []int32 // the interval of a register
}

// loopCost is how often a loop is taken to run.
const loopCost = 8

// span is a loop in the list of codes.
type span struct{ start, end, outer int32 }

func liveness(s selection) *lives {
	l := &lives{selection: s, of: make([]int32, len(s.bank)), intervals: make([]interval, 0, len(s.bank))}
	for r := range l.of {
		l.of[r] = -1
	}
	spans, in := spansOf(s.list)
	depth := make([]float64, len(spans))
	for k, p := range spans {
		depth[k] = loopCost
		if p.outer >= 0 {
			depth[k] *= depth[p.outer]
		}
	}
	defs := make([]int32, len(s.bank))
	for i := range s.list {
		c := &s.list[i]
		weight := 1.0
		if in[i] >= 0 {
			weight = depth[in[i]]
		}
		c.reads(func(r Reg) {
			v := &l.intervals[l.of[r]]
			v.end = int32(2 * i)
			v.cost += weight
		})
		r := c.dst.reg
		if r <= None {
			continue
		}
		if l.of[r] < 0 {
			l.of[r] = int32(len(l.intervals))
			l.intervals = append(l.intervals, interval{reg: r, start: int32(2*i + 1)})
		}
		v := &l.intervals[l.of[r]]
		v.end = int32(2*i + 1)
		v.cost += weight
		if defs[r]++; defs[r] == 1 {
			v.again = -1
			if c.again().kind != noMem {
				v.again = int32(i)
			}
		} else {
			v.again = -1
		}
	}
	for k := range l.intervals {
		v := &l.intervals[k]
		// What comes from before a loop and is touched in it is needed in the
		// next iteration.
		for p := in[v.end/2]; p >= 0; p = spans[p].outer {
			if v.start < 2*spans[p].start {
				v.end = max(v.end, 2*spans[p].end+1)
			}
		}
		switch {
		case s.keep[v.reg]:
			v.cost = math.Inf(1)
		case v.again >= 0:
			v.cost *= againCost
		}
	}
	return l
}

// againCost is what a value costs that is only read, and is not stored.
const againCost = 0.4

// again is where the value that a code makes can be read again.
func (c *code) again() mem {
	switch {
	case c.kind == kindData && c.mem.kind != memTable:
		return c.mem
	case c.kind == kindInt:
		return mem{kind: memImm, disp: c.imm}
	}
	return mem{}
}

// spansOf finds the loops, and the innermost that each code is in.
func spansOf(codes []code) ([]span, []int32) {
	var spans []span
	in := make([]int32, len(codes))
	at := int32(-1)
	for i := range codes {
		switch codes[i].kind {
		case kindHead:
			spans = append(spans, span{start: int32(i), outer: at})
			at = int32(len(spans) - 1)
		case kindBack:
			in[i] = at
			spans[at].end = int32(i)
			at = spans[at].outer
			continue
		}
		in[i] = at
	}
	return spans, in
}
