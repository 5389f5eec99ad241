package plan

import "slices"

// What a function makes of a block uses for itself, it keeps where it likes: in
// registers, or in its own frame. Callers neither have memory for it, nor do they
// pass it on.

// ownBytes is the size of all such arrays of a block; frames stay small.
const ownBytes = 1024

// owns reports whether an array is alive within the block alone, and small. What
// is called for several ranges shares its arrays between them.
func (k *keyer) owns(b *Buffer) bool {
	n, constant := b.Len.IsConst()
	size := n * int64(b.DType.Size())
	if b.Class != Arena || !constant || k.block.Rows != nil || k.block.Chunk != nil || k.ownBytes+size > ownBytes ||
		b.First < k.block.First || b.Last > k.block.Last {
		return false
	}
	k.ownBytes += size
	return true
}

// dropOwn takes the arrays that functions have for themselves out of the arena.
func (p *Program) dropOwn() {
	own := map[*Buffer]bool{}
	eachStmt(p.Body, func(s Stmt) {
		if b, ok := s.(*Block); ok && b.Shared != nil {
			for _, buf := range b.Operands.Own {
				own[buf] = true
			}
		}
	})
	if p.arena == nil {
		for _, s := range p.Slots {
			p.arena = append(p.arena, planned{s, slices.Clone(s.Buffers)})
		}
	}
	p.Slots = nil
	for _, a := range p.arena {
		a.slot.Buffers = nil
		for _, b := range a.buffers {
			if b.Slot = nil; !own[b] {
				b.Slot = a.slot
				a.slot.Buffers = append(a.slot.Buffers, b)
			}
		}
		if len(a.slot.Buffers) > 0 {
			p.Slots = append(p.Slots, a.slot)
		}
	}
}

// planned is a slot as it was before functions had arrays for themselves.
type planned struct {
	slot    *Slot
	buffers []*Buffer
}
