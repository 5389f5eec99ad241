package plan

import "github.com/gradgen/gradgen/ir"

// Options say how a function is to be lowered.
type Options struct {
	// Donate[k] = j lets result k take the storage of parameter j, whose old
	// value is dead after the call; -1, or a list too short, donates nothing.
	// Both have the same type.
	Donate []int
	// InArena[k] keeps result k in the arena (an array that is returned) rather
	// than in memory of the caller. A list too short means false.
	InArena []bool
	// Params and Results say which arrays are parts of others, in the memory of the
	// caller. Lists too short mean that each is one of its own.
	Params, Results []Part
	// Engine is the least number of multiply-adds, with nominal run-time sizes,
	// from which on the contraction engine computes a sum of products:
	// [WorthEngine], but in tests. 0 is for functions without a workspace, which
	// have no engine.
	Engine int64
	// Rows is the least work, in additions and with nominal run-time sizes, from
	// which on the rows of a block are given by a range: [WorthRows], but in
	// tests. 0 is for functions without a workspace, which have no workers.
	Rows int64
	// Chunk is the most work, in additions, of a call that does several steps of a
	// scan: [ChunkWork], but in tests. 0 leaves scans too long for one call to the
	// function around.
	Chunk int64
	// Unplanned gives every buffer storage of its own. Results must not depend
	// on it; tests compare bit for bit.
	Unplanned bool
	// Lanes keeps every block for a back end that has vectors, too.
	Lanes bool
	// Force overrides the choice between flat and loops; tests use it.
	Force Lowering
}

func (o *Options) donated(k int) int {
	if k < len(o.Donate) {
		return o.Donate[k]
	}
	return -1
}

func (o *Options) inArena(k int) bool { return k < len(o.InArena) && o.InArena[k] }

// Lowering is the form a function takes.
type Lowering uint8

// The forms. Contractions are marked on blocks, not on the function.
const (
	Auto  Lowering = iota // chosen by cost
	Flat                  // straight-line scalar code
	Loops                 // loop nests
)

func (l Lowering) String() string { return [...]string{"auto", "flat", "loops"}[l] }

// Program is a lowered function. It reads Params, writes Results, and between
// them uses the arena; it calls nothing but scalar functions and, where it has
// statements of type [Product], the contraction engine of their element type.
//
// A printer needs to spell four kinds of names before it prints Body: the
// buffers of class Param, Result and Table; the slots; the run-time sizes Dims;
// and, if Random is set, the key that numbers are drawn from.
type Program struct {
	Func     *ir.Func
	Lowering Lowering
	Reason   string // why that form, in numbers

	// Params and Results have a buffer per parameter and result of Func. A
	// rank-0 one is a Go variable that the declaration around the body binds
	// before it (parameter), or declares before and uses after it (result).
	// A donated result's buffer is the parameter's. A result in the arena has
	// class Arena.
	Params, Results []*Buffer
	// Buffers lists every buffer that the body refers to, and the results;
	// Slots the storage of those in the arena.
	Buffers []*Buffer
	Slots   []*Slot
	arena   []planned // the slots before Share

	Body     []Stmt
	Products []*Product // the calls of the contraction engine in it, in order

	Demands []ir.Demand // of the elements of parameters; to be checked before anything is written
	Dims    []*ir.Dim   // sizes the body refers to, by name
	Random  bool        // draws random numbers

	chunk int64 // Options.Chunk

	Flops ir.Int // arithmetic operations, an upper bound where domains are cut
	Bytes ir.Int // of parameters, results and tables: what must move at least
}

// Class tells where a buffer lives.
type Class uint8

// The classes of buffers.
const (
	Param  Class = iota // an argument; rank 0: a Go variable
	Result              // memory of the caller; rank 0: a Go variable, assigned once
	Table               // a constant array; Value.Def is *ir.Table
	Arena               // Slot says where; never of rank 0
	Alias               // stands for another buffer's storage in turn; a carry
)

func (c Class) String() string { return [...]string{"param", "result", "table", "arena", "alias"}[c] }

// Buffer is an array in memory, row-major and dense.
type Buffer struct {
	ID    int
	Name  string // from the formula; not unique, not yet an identifier
	Class Class
	Value *ir.Value // the value it was made for
	DType ir.DType
	Rank  int    // 0 is a Go variable
	Len   ir.Int // number of elements
	Slot  *Slot  // of class Arena; nil if a function has the array for itself
	Part  Part   // of class Param or Result: what it is part of
	// First and Last are the positions of the statements between which an
	// arena buffer is alive, as the text of the program numbers them.
	First, Last int
}

// Slot is storage in the arena that buffers of one element type use in turn.
// Its size is the maximum over Sizes, elements.
type Slot struct {
	ID    int
	DType ir.DType
	Sizes []ir.Int
	// Buffers use the slot, in this order.
	Buffers []*Buffer
}
