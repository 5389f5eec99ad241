package vec

import (
	"math/bits"
	"slices"
)

// place is where a register lives: in a physical one, or in memory.
type place struct {
	phys int8  // -1 if in memory
	at   int32 // there
}

// places are the result of allocation.
type places struct {
	bank  []bank
	place []place
	mems  []mem // the places in memory
	frame int
	// vectors tells that some of them live in the frame. Their slots are behind
	// the words and found by alignedBase.
	vectors bool
	words   int
	// vectorBytes is the size of those slots. The first of them are for routines.
	vectorBytes int
	// reserve are the physical registers of each bank that are nobody's.
	reserve [banks][]int8
}

// generalOrder are the general registers in the order in which they are given
// out. AX and DX are last: multiplication needs them, and what is in memory
// passes through them. SP and BP are the stack's, R15 is the linker's.
var generalOrder = []int8{rCX, rBX, rSI, rDI, rR8, rR8 + 1, rR8 + 2, rR8 + 3, rR8 + 4, rR8 + 5, rR8 + 6, rDX, rAX}

// alignedBase is the register that points to the vectors in the frame, if there
// are any.
const alignedBase = rR8 + 6

// The numbers of general registers.
const (
	rAX int8 = iota
	rCX
	rDX
	rBX
	rSP
	rBP
	rSI
	rDI
	rR8
)

// registers are those of a bank, in the order in which they are given out.
func registers(isa ISA, b bank) []int8 {
	switch {
	case b == generalBank:
		return generalOrder
	case b == maskBank:
		return firstNumbers[1:8] // the first means no mask
	case isa == AVX512:
		return firstNumbers
	}
	return firstNumbers[:16]
}

var firstNumbers = func() []int8 {
	n := make([]int8, 32)
	for i := range n {
		n[i] = int8(i)
	}
	return n
}()

// scan is the state of a linear scan: the intervals by their start, each in a
// register that is free, or at the cost of the one that is cheapest to keep in
// memory.
type scan struct {
	*lives
	out    *places
	isa    ISA
	free   [banks]uint32
	order  [banks][]int8
	active [banks][]*interval
	memory []*interval // those that live in memory
}

// allocate gives a place to every register. So many of each bank are reserved;
// and one more, if vectors may have places in the frame. So many bytes there are
// shared with routines.
func allocate(isa ISA, l *lives, reserve [banks]int, aligned bool, shared int) *places {
	s := &scan{lives: l, isa: isa, out: &places{bank: l.bank, place: make([]place, len(l.bank)), mems: make([]mem, 1), vectorBytes: shared}}
	for b := range banks {
		order := registers(isa, b)
		if b == generalBank && aligned {
			order = slices.DeleteFunc(slices.Clone(order), func(r int8) bool { return r == alignedBase })
		}
		n := len(order) - reserve[b]
		s.out.reserve[b] = slices.Clone(order[n:])
		slices.Reverse(s.out.reserve[b])
		s.order[b] = order[:n]
		for _, r := range order[:n] {
			s.free[b] |= 1 << r
		}
	}
	for i := range l.intervals {
		s.interval(&l.intervals[i])
	}
	if len(s.memory) > 0 {
		s.refill()
	}
	s.slots()
	return s.out
}

func (s *scan) interval(v *interval) {
	b := s.bank[v.reg]
	list := s.active[b][:0]
	for _, a := range s.active[b] {
		if a.end < v.start {
			s.free[b] |= 1 << s.out.place[a.reg].phys
		} else {
			list = append(list, a)
		}
	}
	s.active[b] = list
	if s.free[b] == 0 {
		worst, at := v, -1
		for k, a := range list {
			if a.relief(v.start) < worst.relief(v.start) {
				worst, at = a, k
			}
		}
		s.memory = append(s.memory, worst)
		if at < 0 {
			s.out.place[v.reg].phys = -1
			return
		}
		s.free[b] |= 1 << s.out.place[worst.reg].phys
		s.out.place[worst.reg].phys = -1
		list[at] = list[len(list)-1]
		s.active[b] = list[:len(list)-1]
	}
	r := s.choose(v, b)
	s.free[b] &^= 1 << r
	s.out.place[v.reg].phys = r
	s.active[b] = append(s.active[b], v)
}

// relief is what it costs, for each code from here on, to have the interval's
// register for others.
func (v *interval) relief(at int32) float64 { return v.cost / float64(v.end-at+2) }

// choose picks a free register: if possible that of a source that dies where the
// interval begins, so that no copy is needed.
func (s *scan) choose(v *interval, b bank) int8 {
	c := &s.list[v.start/2]
	for _, k := range [...]int{2, 0, 1} {
		if k >= int(c.n) || c.src[k].reg <= None || s.bank[c.src[k].reg] != b {
			continue
		}
		if p := s.out.place[c.src[k].reg].phys; p >= 0 && s.free[b]>>p&1 != 0 && s.intervals[s.of[c.src[k].reg]].end == v.start-1 {
			return p
		}
	}
	if b != generalBank {
		return int8(bits.TrailingZeros32(s.free[b]))
	}
	for _, r := range s.order[b] {
		if s.free[b]>>r&1 != 0 {
			return r
		}
	}
	panic("vec: no register is free")
}

// refill gives registers to intervals that were put into memory, where others
// that were later put there have left room; those that gain most first.
func (s *scan) refill() {
	var held [banks][32][]*interval
	for i := range s.intervals {
		v := &s.intervals[i]
		if p := s.out.place[v.reg].phys; p >= 0 {
			list := &held[s.bank[v.reg]][p]
			*list = append(*list, v)
		}
	}
	slices.SortStableFunc(s.memory, func(a, b *interval) int {
		switch x, y := a.relief(a.start), b.relief(b.start); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	rest := s.memory[:0]
next:
	for _, v := range s.memory {
		b := s.bank[v.reg]
		for _, r := range s.order[b] {
			list := held[b][r]
			at, _ := slices.BinarySearchFunc(list, v.start, func(a *interval, start int32) int {
				return int(a.end - start)
			})
			if at == len(list) || list[at].start > v.end {
				held[b][r] = slices.Insert(list, at, v)
				s.out.place[v.reg].phys = r
				continue next
			}
		}
		rest = append(rest, v)
	}
	s.memory = rest
}

// slots gives memory to what has no register.
func (s *scan) slots() {
	slices.SortFunc(s.memory, func(a, b *interval) int { return int(a.start - b.start) })
	for _, vectors := range []bool{false, true} {
		size := 8
		if vectors {
			size = s.isa.Bytes()
		}
		var ends []int32 // of the intervals that were last in each slot
		for _, v := range s.memory {
			p := &s.out.place[v.reg]
			switch {
			case (s.bank[v.reg] == vectorBank) != vectors:
				continue
			case v.again >= 0:
				p.at = int32(len(s.out.mems))
				s.out.mems = append(s.out.mems, s.list[v.again].again())
				continue
			}
			at := slices.IndexFunc(ends, func(end int32) bool { return end < v.start })
			if at < 0 {
				at = len(ends)
				ends = append(ends, 0)
			}
			ends[at] = v.end
			p.at = int32(len(s.out.mems))
			disp := at * size
			if vectors {
				disp += s.out.vectorBytes
			}
			s.out.mems = append(s.out.mems, mem{kind: memSlot, vector: vectors, disp: int64(disp)})
		}
		if !vectors {
			s.out.words = len(ends) * size
			s.out.frame = s.out.words
			continue
		}
		s.out.vectorBytes += len(ends) * size
		if s.out.vectors = s.out.vectorBytes > 0; s.out.vectors {
			s.out.frame += s.out.vectorBytes + size - 8 // the stack is aligned to words
		}
	}
}
