package plan

import (
	"cmp"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// The parameters of a model lie in one array, and so do its gradients, but a
// function is written for each of them: the gradient of a network of three layers
// takes a dozen arrays, and to pass one takes as long as a vector of work. So
// arrays that follow each other in memory, and do so wherever a function is called,
// are one operand, in which the function finds them. The layers of a stack have one
// function still, since each has its parameters in one stretch, in the same order.

// Whole is an array that others are parts of.
type Whole struct{ Name string }

// Part is where in a whole an array lies; the zero value is an array of its own.
type Part struct {
	Of *Whole
	At int64 // of its first element
}

// parts notes which arrays of the caller are parts of others.
func (p *Program) parts(o *Options) {
	for i, b := range p.Params[:min(len(p.Params), len(o.Params))] {
		b.Part = o.Params[i]
	}
	for k, b := range p.Results[:min(len(p.Results), len(o.Results))] {
		if b.Class == Result {
			b.Part = o.Results[k]
		}
	}
}

// Joined is one operand in the stead of several that are parts of one whole.
type Joined struct {
	Buffer *Buffer   // the stretch of the whole that the parts are
	Parts  []*Buffer // in their order there
}

// At is where a part begins.
func (j *Joined) At(part *Buffer) int64 { return part.Part.At - j.Buffer.Part.At }

// In is the operand that an array is a part of; nil if it is an operand itself.
func (o *Operands) In(b *Buffer) *Joined {
	for _, j := range o.Joined {
		if slices.Contains(j.Parts, b) {
			return j
		}
	}
	return nil
}

// Layout is which arrays are parts of the same operand, and where in it they begin:
// the numbers are equal for operands that are joined in the same way.
func (o *Operands) Layout() []int64 {
	var out []int64
	for _, b := range o.arrays() {
		if j := o.In(b); j != nil {
			out = append(out, int64(slices.Index(o.Joined, j)), j.At(b))
		} else {
			out = append(out, -1, 0)
		}
	}
	return out
}

// arrays are the operands that may be parts, in the order of [Operands.Each].
func (o *Operands) arrays() []*Buffer {
	return slices.DeleteFunc(slices.Concat(o.Written, o.Read), func(b *Buffer) bool { return b.Rank == 0 })
}

// join finds the joined operands of equal blocks, which are at the same places in
// the lists of all.
func join(sites []*Operands) {
	arrays := make([][]*Buffer, len(sites))
	for i, o := range sites {
		arrays[i], o.Joined = o.arrays(), nil
	}
	together := func(k, n int) bool {
		by := arrays[0][n].Part.At - arrays[0][k].Part.At
		for _, list := range arrays {
			a, b := list[k].Part, list[n].Part
			if a.Of == nil || a.Of != b.Of || b.At-a.At != by {
				return false
			}
		}
		return true
	}
	var classes [][]int
	for n := range arrays[0] {
		c := slices.IndexFunc(classes, func(c []int) bool { return together(c[0], n) })
		if c < 0 {
			classes = append(classes, []int{n})
		} else {
			classes[c] = append(classes[c], n)
		}
	}
	for _, c := range classes {
		for _, run := range runs(arrays[0], c) {
			for i, o := range sites {
				o.Joined = append(o.Joined, joined(arrays[i], run))
			}
		}
	}
}

// runs are the arrays among some parts of a whole that follow each other there:
// what lies between others is no operand.
func runs(arrays []*Buffer, class []int) [][]int {
	at := func(n int) int64 { return arrays[n].Part.At }
	class = slices.SortedStableFunc(slices.Values(class), func(a, b int) int { return cmp.Compare(at(a), at(b)) })
	var out [][]int
	end := int64(0)
	for i, n := range class {
		if i == 0 || at(n) > end {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], n)
		end = max(end, arrays[n].end())
	}
	return slices.DeleteFunc(out, func(run []int) bool { return len(run) == 1 })
}

// end is where in its whole a part ends. All have constant sizes.
func (b *Buffer) end() int64 {
	n, _ := b.Len.IsConst()
	return b.Part.At + n
}

// joined is the stretch that a run of arrays lies in.
func joined(arrays []*Buffer, run []int) *Joined {
	first, end := arrays[run[0]], int64(0)
	j := &Joined{Buffer: &Buffer{Name: first.Part.Of.Name, Class: Param, DType: first.DType, Rank: 1, Part: first.Part}}
	for _, n := range run {
		j.Parts = append(j.Parts, arrays[n])
		end = max(end, arrays[n].end())
	}
	j.Buffer.Len = ir.Const(end - first.Part.At)
	return j
}
