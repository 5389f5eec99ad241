package amd64

import (
	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir/plan"
)

// own is an array that only the kernel uses. Where all that is read of it is in
// registers, it has no memory; else it lies in the frame.
type own struct {
	local  *vec.Inst // its address, if somebody asked
	loaded bool
	stores []*vec.Inst
}

// ownAddress is the address of an array of the kernel's own; ok is false if b is
// none.
func (l *lowerer) ownAddress(b *plan.Buffer) (at vec.Int, ok bool) {
	o := l.owned[b]
	if o == nil {
		return vec.Int{}, false
	}
	l.at(0, func() { at = l.f.LocalAt() })
	list := l.levels[0].list
	o.local = list[len(list)-1].(*vec.Inst)
	return at, true
}

// loads notes that the memory of an array is read, or may be.
func (l *lowerer) loads(b *plan.Buffer) {
	if o := l.owned[b]; o != nil {
		o.loaded = true
	}
}

// stored notes a store to an array.
func (l *lowerer) stored(b *plan.Buffer, i *vec.Inst) {
	if o := l.owned[b]; o != nil {
		o.stores = append(o.stores, i)
	}
}

// placeOwn leaves out what is stored to arrays that nobody reads from memory, and
// gives those memory whose addresses are still used.
func (l *lowerer) placeOwn(list []*plan.Buffer) {
	if len(list) == 0 {
		return
	}
	dead := map[*vec.Inst]bool{}
	for _, b := range list {
		if o := l.owned[b]; !o.loaded {
			for _, s := range o.stores {
				dead[s] = true
			}
		}
	}
	l.f.Drop(dead)
	uses := l.f.Uses()
	for _, b := range list {
		if o := l.owned[b]; o.local != nil && uses[o.local.Dst] > 0 {
			n, _ := b.Len.IsConst()
			o.local.Imm = uint64(l.f.Local)
			l.f.Local += (int(n)*b.DType.Size() + lineBytes - 1) / lineBytes * lineBytes
		}
	}
}

// lineBytes is the size of a line of the cache: a vector in two of them takes
// twice as long.
const lineBytes = 64
