package main

import (
	"fmt"
	"reflect"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// machine is a kind of vector: an instruction set and an element type.
type machine struct {
	name   string // of functions and files: f32x16
	isa    string
	needs  string
	double bool
	lanes  int
	wide   bool // AVX-512: 32 registers, and registers for masks
	vec    []reg.VecPhysical
	// shapes[v] is the most rows of a tile v vectors wide. The sums, a row of
	// the right operand and one element of the left one must fit the registers;
	// and eight sums at least hide the latency of two multiply-adds a cycle.
	shapes map[int]int
	dots   int // sums of the dot form, a power of two
	runs   int // most rows of its blocks in runs, which are up to four columns wide
}

func machines() []machine {
	zmm := []reg.VecPhysical{reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7,
		reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23,
		reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31}
	ymm := []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15}
	wide := map[int]int{1: 12, 2: 12, 3: 8, 4: 6, 8: 3}
	narrow := map[int]int{1: 12, 2: 6, 4: 3, 8: 1}
	return []machine{
		{name: "f32x16", isa: "avx512", needs: "AVX-512 F, DQ, BW and VL", lanes: 16, wide: true, vec: zmm, shapes: wide, dots: 16, runs: 6},
		{name: "f64x8", isa: "avx512", needs: "AVX-512 F, DQ, BW and VL", double: true, lanes: 8, wide: true, vec: zmm, shapes: wide, dots: 16, runs: 6},
		{name: "f32x8", isa: "avx2", needs: "AVX2 and FMA", lanes: 8, vec: ymm, shapes: narrow, dots: 8, runs: 3},
		{name: "f64x4", isa: "avx2", needs: "AVX2 and FMA", double: true, lanes: 4, vec: ymm, shapes: narrow, dots: 8, runs: 3},
	}
}

// size is the bytes of an element, width of a vector.
func (m *machine) size() int {
	if m.double {
		return 8
	}
	return 4
}

func (m *machine) width() int { return m.lanes * m.size() }

// emit appends the instruction called name. Looking it up by name lets one row
// of code serve both element types.
func (f *file) emit(name string, ops ...operand.Op) {
	method := reflect.ValueOf(f.Context).MethodByName(name)
	if !method.IsValid() {
		panic("no instruction " + name)
	}
	args := make([]reflect.Value, len(ops))
	for i, o := range ops {
		args[i] = reflect.ValueOf(o)
	}
	method.Call(args)
}

// packed is emit for an instruction on packed numbers, named without the end
// PS or PD.
func (f *file) packed(name string, ops ...operand.Op) {
	f.emit(name+map[bool]string{false: "PS", true: "PD"}[f.double], ops...)
}

func (f *file) zero(v reg.VecPhysical) {
	if f.wide {
		f.VPXORQ(v, v, v)
		return
	}
	f.packed("VXOR", v, v, v)
}

// broadcast copies the element at m to all lanes of v.
func (f *file) broadcast(m operand.Mem, v reg.VecPhysical) {
	if f.double {
		f.VBROADCASTSD(m, v)
		return
	}
	f.VBROADCASTSS(m, v)
}

// lane holds which elements of a vector are touched, in the mask register K1;
// without mask registers in a vector.
type lane struct {
	k reg.OpmaskPhysical
	v reg.VecPhysical
}

// tails declares the table from which a machine without mask registers loads
// its masks: as many ones as there are lanes, then as many zeros.
func (f *file) tails() {
	if f.wide {
		return
	}
	f.masks = f.StaticGlobal(f.name + "Masks")
	f.DataAttributes(attr.RODATA | attr.NOPTR)
	for at := 0; at < 2*f.width(); at += 8 {
		ones := uint64(0)
		if at < f.width() {
			ones--
		}
		f.AddDatum(at, operand.U64(ones))
	}
}

// maskRegister makes a lane of the bits in a field of the order.
func (f *file) maskRegister(bits operand.Mem, k reg.OpmaskPhysical) lane {
	f.MOVQ(bits, reg.RCX)
	f.KMOVW(reg.ECX, k)
	return lane{k: k}
}

// pointToMask prepares tailMask for count ones: R13 and R12 lead into the
// table of masks, backwards from its middle.
func (f *file) pointToMask(count operand.Mem) {
	f.MOVQ(operand.U32(uint32(f.lanes)), reg.R12)
	f.SUBQ(count, reg.R12)
	f.LEAQ(f.masks, reg.R13)
}

// tailMask loads a mask where there are no mask registers.
func (f *file) tailMask(v reg.VecPhysical) {
	f.VMOVDQU(operand.Mem{Base: reg.R13, Index: reg.R12, Scale: uint8(f.size())}, v)
}

func (f *file) load(m operand.Mem, v reg.VecPhysical)  { f.packed("VMOVU", m, v) }
func (f *file) store(v reg.VecPhysical, m operand.Mem) { f.packed("VMOVU", v, m) }

// loadLanes loads the lanes of l and puts 0 in the others, storeLanes stores
// them. Memory of other lanes is not touched.
func (f *file) loadLanes(m operand.Mem, l lane, v reg.VecPhysical) {
	if f.wide {
		f.emit(fmt.Sprintf("VMOVUP%s_Z", f.letter()), m, l.k, v)
		return
	}
	f.packed("VMASKMOV", m, l.v, v)
}

func (f *file) storeLanes(v reg.VecPhysical, l lane, m operand.Mem) {
	if f.wide {
		f.packed("VMOVU", v, l.k, m)
		return
	}
	f.packed("VMASKMOV", v, l.v, m)
}

func (f *file) letter() string { return map[bool]string{false: "S", true: "D"}[f.double] }

// exchange writes the two halves of a step of a transposition: of x and y, the
// blocks of 2^step elements with even and with odd numbers. Within registers
// of 512 bits the last two steps gather blocks instead of interleaving them;
// two of them in turn still transpose.
func (f *file) exchange(step int, x, y, even, odd reg.VecPhysical) {
	bytes := f.size() << step
	switch {
	case bytes == 4:
		f.VUNPCKLPS(y, x, even)
		f.VUNPCKHPS(y, x, odd)
	case bytes == 8:
		f.VUNPCKLPD(y, x, even)
		f.VUNPCKHPD(y, x, odd)
	case f.wide:
		f.VSHUFF64X2(operand.Imm(0x88), y, x, even)
		f.VSHUFF64X2(operand.Imm(0xdd), y, x, odd)
	default:
		f.VPERM2F128(operand.Imm(0x20), y, x, even)
		f.VPERM2F128(operand.Imm(0x31), y, x, odd)
	}
}

// steps is how many exchanges transpose a square of vectors.
func (m *machine) steps() int {
	n := 0
	for 1<<n < m.lanes {
		n++
	}
	return n
}
