package vec

import (
	"fmt"
	"slices"
)

// A routine is code that the functions of a file share, for what happens too
// seldom to be written out in every place. It is a function without parameters
// that is called from assembly only, and has no frame: what it is given, what it
// makes, and what it must put aside are in the caller's, from the first vector
// on, in places of which Pass and Take have the numbers. All registers are after
// it as they were before, so that nothing in a caller depends on it.

// maxPlaces bounds the places that a function shares with its routines.
const maxPlaces = 8

// Rare returns what rare makes of args where m holds, and usual elsewhere. The
// statements that rare appends are a routine of this name, which runs only if m
// holds in some lane; those of one name are the same in all functions of a file
// with the same vectors.
func (f *Func) Rare(m Mask, name string, args, usual []Vec, rare func(args []Vec) []Vec) []Vec {
	out := make([]Vec, len(usual))
	for i, v := range usual {
		out[i] = f.Copy(v)
	}
	r := f.routine(fmt.Sprintf("%s%d%s", name, 8*f.Elem.Size(), f.ISA), len(args), rare)
	f.If(Cond{Op: NE, A: To(f.Any(m)), B: Number(0)}, func() {
		for i, v := range args {
			f.pass(i, v)
		}
		f.Emit(Inst{Op: OpCall, Param: r.Name})
		for i := range out {
			f.Set(out[i], f.Select(m, f.take(len(args)+i), out[i]))
		}
	}, nil)
	return out
}

func (f *Func) pass(place int, v Vec) {
	f.Emit(Inst{Op: OpPass, Args: []Reg{v.Reg}, Imm: uint64(place)})
}

func (f *Func) take(place int) Vec {
	return Vec{f.Emit(Inst{Op: OpTake, Imm: uint64(place)})}
}

// routine finds the routine of a name, or builds it: what build appends to f goes
// there.
func (f *Func) routine(name string, args int, build func(args []Vec) []Vec) *Func {
	for _, r := range f.Routines {
		if r.Name == name {
			return r
		}
	}
	outer := *f
	*f = *New(name, f.ISA, f.Elem)
	f.open = &f.Body
	in := make([]Vec, args)
	for i := range in {
		in[i] = f.take(i)
	}
	for i, v := range build(in) {
		f.pass(args+i, v)
	}
	r := *f
	*f = outer
	r.open = &r.Body
	f.Routines = append(f.Routines, &r)
	return &r
}

// places is the number of places that a routine uses.
func (f *Func) places() int {
	n := 0
	for _, s := range f.Body {
		if i, ok := s.(*Inst); ok && (i.Op == OpPass || i.Op == OpTake) {
			n = max(n, int(i.Imm)+1)
		}
	}
	return n
}

// share appends the routines of a function that this part of the file has not yet,
// and returns the bytes that they need of its frame.
func (e *emitter) share(f *Func) (int, error) {
	most := 0
	for _, r := range f.Routines {
		size, known := e.routines[r.Name]
		if !known {
			var err error
			if size, err = e.routine(r); err != nil {
				return 0, err
			}
			e.routines[r.Name] = size
			e.pieces = append(e.pieces, piece{r.Name, len(e.text)})
		}
		most = max(most, size)
	}
	return most, nil
}

// routine appends a routine, and returns how much of a frame it needs.
func (e *emitter) routine(r *Func) (int, error) {
	args, _, err := r.verify()
	if err != nil {
		return 0, err
	}
	size := 0
	err = e.assign(r, args, r.places()*r.ISA.Bytes(), func(w *writer) error {
		if w.words > 0 {
			return fmt.Errorf("a routine needs memory for integers or masks")
		}
		w.text = fmt.Appendf(e.text, "\nTEXT %s<>(SB), NOSPLIT|NOFRAME, $0-0\n", r.Name)
		size = w.routine()
		e.text = w.text
		return nil
	})
	return size, err
}

// routine writes the codes of a routine between what puts its registers aside and
// brings them back. It returns how much of the caller's frame all of it takes.
func (w *writer) routine() int {
	at := w.vectorBytes
	type aside struct {
		bank bank
		phys int8
		mem  mem
	}
	var list []aside
	for _, b := range []bank{vectorBank, maskBank} {
		for _, p := range w.written(b) {
			list = append(list, aside{b, p, mem{kind: memSlot, vector: true, disp: int64(at)}})
			at += w.isa.Bytes()
		}
	}
	name := [...]string{vectorBank: "VMOVUPS", maskBank: "KMOVW"}
	for _, s := range list {
		w.op(name[s.bank])
		w.reg(s.bank, s.phys, width(w.isa)+ymm)
		w.comma()
		w.end(w.mem(physical{mem: s.mem}))
	}
	w.codes()
	for _, s := range list {
		w.op(name[s.bank])
		w.mem(physical{mem: s.mem})
		w.comma()
		w.end(w.reg(s.bank, s.phys, width(w.isa)+ymm))
	}
	w.text = append(w.text, "\tRET\n"...)
	return at
}

// written lists the physical registers of a bank that codes assign.
func (w *writer) written(b bank) []int8 {
	out := slices.Clone(w.reserve[b])
	for _, c := range w.list {
		if r := c.dst.reg; r > None && w.bank[r] == b {
			if p := w.inRegister(r); p >= 0 && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return out
}

// place is where a vector is that a function shares with a routine.
func (s *selector) place(i *Inst) mem {
	return mem{kind: memSlot, vector: true, disp: int64(i.Imm) * int64(s.f.ISA.Bytes())}
}
