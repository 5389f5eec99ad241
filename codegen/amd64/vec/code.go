package vec

// code is one instruction of the machine, or a few that belong together, over
// virtual registers: those of the function and temporary ones.
type code struct {
	kind kind
	name string // the mnemonic, without suffixes; of an FMA, without the order

	// dst, if it has one, and the sources are in the order of Intel's manuals,
	// so that a comparison or a difference reads as it computes. Go's assembler
	// wants them backwards.
	dst   arg
	src   [3]arg
	pred  Reg  // the mask of a masked instruction
	n     int8 // sources
	zero  bool // lanes that the mask leaves out become zeros
	inout bool // dst is read, too
	comm  bool // the first two sources may change places
	fold  int8 // which source may be in memory, from 1; none if 0
	bcst  bool // that source may also be one number for all lanes
	imm   int64
	mem   mem

	label int32
}

// kind tells how a code is written.
type kind uint8

const (
	kindPlain kind = iota // an instruction like most
	kindImm               // the same with an immediate
	kindFMA               // dst = ±src0*src1 ± src2
	kindMove              // a copy
	kindData              // dst becomes what mem holds, which can be read again at any time
	kindSame              // dst = name(dst, dst), whatever was in it: zeros, or ones
	kindInt               // dst = imm
	kindLocal             // dst = the address of the function's own memory
	kindAdd               // integers from here on
	kindSub
	kindMul
	kindAddImm
	kindMulImm
	kindDivImm
	kindMin
	kindMax
	kindBool // dst = src0 is not zero
	kindJump // to label if src0 name src1, or imm if there is no src1
	kindBit  // to label if bit imm of src0 is not set
	kindGoto
	kindLabel
	kindHead // the label of a loop; imm is how to align it
	kindBack // jumps to label, which begins a loop, if src0 name src1 or imm
	kindNote
	kindCall // of the routine name
)

// arg is a register as an instruction sees it, or the memory operand.
type arg struct {
	reg   Reg
	width width
}

// inMem is the place of the memory operand among the sources or as destination.
const inMem Reg = -1

// width is how much of a vector register an operand is.
type width uint8

const (
	xmm width = iota
	ymm
	zmm
)

// mem is a memory operand.
type mem struct {
	kind        memKind
	bcst        bool  // one number, for all lanes
	zeros       bool  // all of it is zeros
	vector      bool  // a slot that is a vector's
	indexWidth  width // of an index that is a vector
	scale       uint8
	base, index Reg
	disp        int64
	name        string
}

type memKind uint8

const (
	noMem    memKind = iota
	memAddr          // base + index*scale + disp
	memData          // the read-only datum name
	memArg           // the parameter or result name, at disp
	memSlot          // the frame, at disp
	memImm           // not memory but the integer disp
	memTable         // the address of name: not memory either
)

// bank is a file of physical registers.
type bank uint8

const (
	vectorBank bank = iota
	maskBank
	generalBank
	banks
)

// bankOf is where the registers of a class live.
func (f *Func) bankOf(r Reg) bank {
	switch f.ClassOf(r) {
	case General:
		return generalBank
	case Masks:
		if f.ISA == AVX512 {
			return maskBank
		}
	}
	return vectorBank
}

// reads calls f with the registers that c reads.
func (c *code) reads(f func(Reg)) {
	for i := range c.n {
		if r := c.src[i].reg; r > None {
			f(r)
		}
	}
	if c.pred != None {
		f(c.pred)
	}
	if c.inout {
		f(c.dst.reg)
	}
	if c.mem.kind == memAddr {
		f(c.mem.base)
		if c.mem.index != None {
			f(c.mem.index)
		}
	}
}
