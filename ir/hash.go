package ir

import (
	"hash/maphash"
	"math"
)

// Hashes of structure, for telling expressions apart fast. The seed differs
// from run to run, so that no input can be made to collide; nothing but
// equality may depend on a hash.
var hashSeed = maphash.Bytes(maphash.MakeSeed(), []byte("gradgen")) | 1

func mix(h, x uint64) uint64 {
	h = (h ^ x) * 0x9e3779b97f4a7c15
	h ^= h >> 29
	h *= 0xbf58476d1ce4e5b9
	return h ^ h>>32
}

func mixString(h uint64, s string) uint64 {
	for i := range len(s) {
		h = mix(h, uint64(s[i]))
	}
	return mix(h, uint64(len(s)))
}

func (e *Expr) hash() uint64 {
	if h := e.sum.Load(); h != 0 {
		return h
	}
	h := mix(hashSeed, uint64(e.Op.id)<<8|uint64(e.Type))
	switch e.Op {
	case OpLit:
		h = mix(h, math.Float64bits(e.Lit))
	case OpRead:
		h = mix(h, uint64(e.Array.ID))
	case OpRandom:
		h = mix(h, uint64(e.Site))
	case OpVar:
		h = mixString(h, e.Var)
	case OpTest:
		for _, p := range e.Preds {
			h = mix(mix(h, uint64(p.Kind)), uint64(p.Mod))
		}
	}
	e.eachInt(func(i Int) { h = i.Hash(h) })
	for _, a := range e.Args {
		h = mix(h, a.hash())
	}
	if h == 0 {
		h = 1
	}
	e.sum.Store(h)
	return h
}

// Hash mixes a into h. Equal expressions of one run have equal hashes.
func (a Int) Hash(h uint64) uint64 {
	h = mix(h, uint64(a.k))
	for _, t := range a.terms {
		h = mix(h, uint64(t.Coef))
		for _, m := range t.Atoms {
			h = mix(h, uint64(m.rank()))
			switch m := m.(type) {
			case *Axis:
				h = mix(h, uint64(m.id))
			case *Dim:
				h = mixString(h, m.Name)
			case *FloorDiv:
				h = m.Num.Hash(mix(h, uint64(m.Den)))
			case *Expr:
				h = mix(h, m.hash())
			}
		}
	}
	return h
}
