package vec

// ISA is a set of instructions.
type ISA uint8

// The sets that functions are made for.
const (
	AVX2   ISA = iota // with FMA: vectors of 32 bytes
	AVX512            // F, DQ, BW, VL: vectors of 64 bytes, masks in registers of their own
)

func (i ISA) String() string { return [...]string{"avx2", "avx512"}[i] }

// Bytes is the size of a vector.
func (i ISA) Bytes() int { return 32 << i }

// Elem is the type of the numbers in a function's vectors.
type Elem uint8

// The types of numbers.
const (
	F32 Elem = iota
	F64
)

// Size is that of a number, in bytes.
func (e Elem) Size() int { return 4 << e }

// Func is a function. Its parameters lie on the stack as Go's do.
type Func struct {
	Name  string
	Doc   string // a comment above it
	ISA   ISA
	Elem  Elem
	Lanes int
	// Params and Results are the Go signature.
	Params, Results []Param
	Local           int // bytes of memory of its own, which OpLocal finds
	Body            []Node
	Routines        []*Func // that it calls; see Rare

	classes []Class // of the virtual registers
	open    *[]Node // where the builder appends
	consts  map[uint64]Vec
}

// Param is a parameter, or a result.
type Param struct {
	Name string
	Type string // as Go spells it: []float32, []int32, float64, int, uint32
}

// Class is what a virtual register holds.
type Class uint8

// The classes of registers.
const (
	Vector  Class = iota // numbers, or integers as wide, in lanes
	Masks                // a truth value a lane
	General              // an integer or an address
)

// Reg is a virtual register. Vec, Mask and Int are the registers of one class
// each; the zero value of each is none.
type Reg int32

// The registers of the three classes.
type (
	Vec  struct{ Reg }
	Mask struct{ Reg }
	Int  struct{ Reg }
)

// None is no register.
const None Reg = 0

// New begins a function of no statements.
func New(name string, isa ISA, elem Elem) *Func {
	f := &Func{Name: name, ISA: isa, Elem: elem, Lanes: isa.Bytes() / elem.Size(),
		classes: make([]Class, 1), consts: map[uint64]Vec{}}
	f.open = &f.Body
	return f
}

// Rename gives the function its name, and parameters and results theirs.
func (f *Func) Rename(name string, to map[string]string) {
	f.Name = name
	rename := func(n string) string {
		if m, ok := to[n]; ok {
			return m
		}
		return n
	}
	for _, list := range [][]Param{f.Params, f.Results} {
		for i := range list {
			list[i].Name = rename(list[i].Name)
		}
	}
	var visit func(list []Node)
	visit = func(list []Node) {
		for _, n := range list {
			switch n := n.(type) {
			case *Inst:
				if n.Op == OpParam || n.Op == OpParamF || n.Op == OpResult || n.Op == OpResInt {
					n.Param = rename(n.Param)
				}
			case *Loop:
				visit(n.Body)
			case *If:
				visit(n.Then)
				visit(n.Else)
			}
		}
	}
	visit(f.Body)
}

// Size is the number of operations, those of routines apart.
func (f *Func) Size() int { return sizeOf(f.Body) }

func sizeOf(list []Node) int {
	n := 0
	for _, s := range list {
		switch s := s.(type) {
		case *Inst:
			n++
		case *Loop:
			n += sizeOf(s.Body)
		case *If:
			n += sizeOf(s.Then) + sizeOf(s.Else)
		}
	}
	return n
}

// Regs is one more than the highest register.
func (f *Func) Regs() int { return len(f.classes) }

// ClassOf returns what a register holds.
func (f *Func) ClassOf(r Reg) Class { return f.classes[r] }

func (f *Func) reg(c Class) Reg {
	f.classes = append(f.classes, c)
	return Reg(len(f.classes) - 1)
}

// Node is a statement of a function.
type Node interface{ node() }

// Inst is one operation; see the table for what its fields mean.
type Inst struct {
	Op   *Op
	Dst  Reg
	Args []Reg
	Addr Addr
	Imm  uint64
	// Param names the parameter that OpParam reads, or the result that
	// OpResult sets.
	Param string
}

// Addr is the address Base + Index*Scale + Disp, in bytes. Index may be None.
type Addr struct {
	Base, Index Int
	Scale       int // 1, 2, 4 or 8
	Disp        int64
}

// Loop runs Counter from From by Step while it is less than To. It is assigned
// by nobody else, and the bounds are not in the body. A constant bound has no
// register.
type Loop struct {
	Counter  Int
	From, To Bound
	Step     int64
	// Down runs through the same values from the last to the first; Step is 1
	// then.
	Down bool
	// Once tells that the first iteration runs for certain.
	Once bool
	Body []Node
}

// Bound is a register, or a number if there is none.
type Bound struct {
	Int   Int
	Const int64
}

// Cond compares two integers.
type Cond struct {
	Op   Pred // EQ, NE, LT, LE, GT or GE, signed
	A, B Bound
}

// If runs Then or Else.
type If struct {
	Cond       Cond
	Then, Else []Node
}

// Comment is a line of text between instructions.
type Comment struct{ Text string }

func (*Inst) node()    {}
func (*Loop) node()    {}
func (*If) node()      {}
func (*Comment) node() {}
