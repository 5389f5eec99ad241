package golang

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
	"github.com/gradgen/gradgen/runtime/contract"
)

// emitTrial prints the function of a trial, with a slice for every array of
// the arena, and what runs it: on slices that share memory as planned, and on
// others that do not. All of it holds NaN first.
func emitTrial(t *testing.T, tr *trial, k int, shared map[*plan.Shared]Ident) string {
	t.Helper()
	planned, p := tr.planned, tr.prog
	scope := newLocals(newScope())
	names := &bodyNames{Shared: shared, Part: map[*plan.Buffer]part{}, Engine: map[ir.DType]anyCode{}, Buffer: map[*plan.Buffer]string{}, Slot: map[*plan.Slot]anyCode{}, Dim: map[*ir.Dim]string{}, Key: "key"}
	scope.claim("key")
	scope.claim("w")
	names.Pool = id("rowByRow")
	ranges := &space{fields: newScope()}
	ranges.share(p, shared)
	var params, before, donated, results, vars, outs, reads []string
	var calls [2][]string // planned, and not
	both := func(arg string) {
		calls[0], calls[1] = append(calls[0], arg), append(calls[1], arg)
	}
	params, before = append(params, fmt.Sprintf("w *space%d", k)), append(before, fmt.Sprintf("w := &space%d{}", k))
	both("w")
	of := map[*plan.Slot]*plan.Slot{} // where the plan puts what has a slot of its own
	for i, b := range p.Buffers {
		if b.Slot != nil {
			of[b.Slot] = planned.Buffers[i].Slot
		}
	}
	for i, s := range planned.Slots {
		if !slices.Contains(slices.Collect(maps.Values(of)), s) {
			continue // functions have all of it for themselves
		}
		before = append(before, fmt.Sprintf("a%d := garbage[%s](%s)", i, goType(s.DType), slotLength(s, tr.dims)))
	}
	for i, s := range p.Slots {
		n := scope.Local(fmt.Sprintf("slot%d", i))
		names.Slot[s] = id(n)
		params = append(params, fmt.Sprintf("%s []%s", n, goType(s.DType)))
		before = append(before, fmt.Sprintf("u%d := garbage[%s](%s)", i, goType(s.DType), slotLength(s, tr.dims)))
		calls[0] = append(calls[0], fmt.Sprintf("a%d", slices.Index(planned.Slots, of[s])))
		calls[1] = append(calls[1], fmt.Sprintf("u%d", i))
	}
	var tables strings.Builder
	names.Grid = func(_ *plan.Buffer, levels []plan.Level) Ident {
		n := scope.Local(fmt.Sprintf("grid%d", k))
		fmt.Fprintf(&tables, "var %s = contract.Grid(", n)
		for _, l := range levels {
			fmt.Fprintf(&tables, "[2]int{%d, %d}, ", l.N, l.By)
		}
		tables.WriteString(")\n")
		return n
	}
	spaces, kept := map[ir.DType]int{}, map[ir.DType][]int{}
	for _, q := range p.Products {
		size := func(n ir.Int) int { return int(lengthOf(n, tr.dims)) }
		t := q.C.Buffer.DType
		var reach []int
		for _, n := range q.Reach() {
			reach = append(reach, size(n))
		}
		m, n, k := q.Most()
		spaces[t] = max(spaces[t], contract.Space(size(m), size(n), size(k), reach...))
		for k := 1; k <= max(q.A.Kept, q.B.Kept); k++ {
			if k > len(kept[t]) {
				kept[t] = append(kept[t], 0)
			}
			if n, terms, ok := q.KeptSizes(k); ok {
				kept[t][k-1] = max(kept[t][k-1], contract.KeptSpace(size(n), size(terms)))
			}
		}
	}
	for _, t := range []ir.DType{ir.F32, ir.F64} {
		if _, used := spaces[t]; !used {
			continue // a product of nothing needs an engine, but no space
		}
		n := scope.Local("engine" + goType(t))
		names.Engine[t] = id(n)
		params = append(params, fmt.Sprintf("%s *contract.Engine[%s]", n, goType(t)))
		before = append(before, fmt.Sprintf("e%s := contract.NewEngine(nil, garbage[%s](%d))", goType(t), goType(t), spaces[t]))
		if kept[t] != nil {
			before = append(before, fmt.Sprintf("e%s.Reserve(%s)", goType(t), strings.ReplaceAll(strings.Trim(fmt.Sprint(kept[t]), "[]"), " ", ", ")))
		}
		both("e" + goType(t))
	}
	for _, d := range p.Dims {
		n := scope.Local(d.Name)
		names.Dim[d] = string(n)
		params = append(params, string(n)+" int")
		both(fmt.Sprint(tr.dims[d.Name]))
	}
	// An array that is part of a larger one is cut out of it on both sides.
	wholes := map[*plan.Whole]Ident{}
	inWhole := func(v string, b *plan.Buffer) {
		w, known := wholes[b.Part.Of]
		if !known {
			w = scope.Local(b.Part.Of.Name)
			wholes[b.Part.Of] = w
			size := int64(0)
			for _, list := range [][]*plan.Buffer{p.Params, p.Results} {
				for _, other := range list {
					if other.Part.Of == b.Part.Of {
						size = max(size, other.Part.At+lengthOf(other.Len, tr.dims))
					}
				}
			}
			params = append(params, paramText(w, b))
			before = append(before, fmt.Sprintf("%s := garbage[%s](%d)", w, goType(b.DType), size))
			both(string(w))
		}
		n := lengthOf(b.Len, tr.dims)
		names.Part[b] = part{b.Name, id(w), -1, b.Part.At, b.Part.At + n}
		before = append(before, fmt.Sprintf("%s := %s[%d:%d]", v, w, b.Part.At, b.Part.At+n))
	}
	for i, b := range p.Params {
		if b.Part.Of != nil {
			inWhole(fmt.Sprintf("p%d", i), b)
			set := fmt.Sprintf("copy(p%d, to[%s](in[%d]))", i, goType(b.DType), i)
			before, donated = append(before, set), append(donated, set)
			continue
		}
		n := scope.Local(orElse(b.Name, "x"))
		names.Buffer[b] = string(n)
		params = append(params, paramText(n, b))
		switch {
		case b.Rank > 0:
			before = append(before, fmt.Sprintf("p%d := to[%s](in[%d])", i, goType(b.DType), i))
			donated = append(donated, fmt.Sprintf("p%d = to[%s](in[%d])", i, goType(b.DType), i))
			both(fmt.Sprintf("p%d", i))
		case b.DType == ir.Bool:
			both(fmt.Sprintf("in[%d][0] != 0", i))
		default:
			both(fmt.Sprintf("%s(in[%d][0])", goType(b.DType), i))
		}
	}
	for i, b := range p.Results {
		switch {
		case b.Rank == 0:
			n := scope.Local(fmt.Sprintf("r%d", i))
			names.Buffer[b] = string(n)
			results = append(results, fmt.Sprintf("%s %s", n, goType(b.DType)))
			vars = append(vars, fmt.Sprintf("s%d", i))
			outs = append(outs, fmt.Sprintf("from([]%s{s%d})", goType(b.DType), i))
			reads = append(reads, outs[len(outs)-1])
		case b.Class == plan.Result:
			if b.Part.Of != nil {
				inWhole(fmt.Sprintf("r%d", i), b)
			} else {
				n := scope.Local(orElse(b.Name, "y"))
				names.Buffer[b] = string(n)
				params = append(params, paramText(n, b))
				before = append(before, fmt.Sprintf("r%d := garbage[%s](%d)", i, goType(b.DType), lengthOf(b.Len, tr.dims)))
				both(fmt.Sprintf("r%d", i))
			}
			outs = append(outs, fmt.Sprintf("from(r%d)", i))
			reads = append(reads, outs[len(outs)-1])
		case b.Class == plan.Param:
			outs = append(outs, fmt.Sprintf("from(p%d)", slices.Index(p.Params, b)))
			reads = append(reads, outs[len(outs)-1])
		default:
			n := lengthOf(b.Len, tr.dims)
			outs = append(outs, fmt.Sprintf("from(a%d[:%d])", slices.Index(planned.Slots, of[b.Slot]), n))
			reads = append(reads, fmt.Sprintf("from(u%d[:%d])", slices.Index(p.Slots, b.Slot), n))
		}
	}
	for i, b := range p.Buffers {
		if b.Class != plan.Table {
			continue
		}
		n := scope.Local(fmt.Sprintf("table%d_%d", k, i))
		names.Buffer[b] = string(n)
		var vs []string
		for _, v := range b.Value.Def.(*ir.Table).Data {
			vs = append(vs, number(b.DType, v).GoString())
		}
		fmt.Fprintf(&tables, "var %s = [...]%s{%s}\n", n, goType(b.DType), strings.Join(vs, ", "))
	}
	names.Rows = ranges.rows
	names.Taken = scope.holds
	var text strings.Builder
	fmt.Fprintf(&text, "type space%d %s\n\n", k, goText(structInline(ranges.poolFields()...)))
	fmt.Fprintf(&text, "func f%d(%s) (%s) {\n", k, strings.Join(append(params, "key runtime.Key"), ", "), strings.Join(results, ", "))
	for _, c := range body(p, names) {
		text.WriteString(goText(c.(code)) + "\n")
	}
	if len(results) > 0 {
		text.WriteString("return\n")
	}
	text.WriteString("}\n\n" + tables.String())
	tr.text = text.String()

	line := func(format string, args ...any) { fmt.Fprintf(&text, format+"\n", args...) }
	line("func run%d(in [][]float64) (r trialResult) {\nkey := runtime.NewKey(1, 2)", k)
	line("%s", strings.Join(before, "\n"))
	run := func(args []string, into string, outs []string) {
		bind := ""
		if len(vars) > 0 {
			bind = strings.Join(vars, ", ") + " := "
		}
		line("{\n%sf%d(%s)\nr.%s = [][]float64{%s}\n}", bind, k, strings.Join(append(args, "key"), ", "), into, strings.Join(outs, ", "))
	}
	run(calls[0], "Out", outs)
	for i, b := range p.Params {
		if b.Rank > 0 {
			line("r.Params = append(r.Params, from(p%d))", i)
		}
	}
	line("%s", strings.Join(donated, "\n"))
	line("rowByRow.whole = true")
	run(calls[1], "Unplanned", reads)
	line("rowByRow.whole = false")
	line("r.Allocs = testing.AllocsPerRun(3, func() { f%d(%s) })\nreturn r\n}\n", k, strings.Join(append(calls[0], "key"), ", "))
	return text.String()
}

func goText(c code) string { return strings.ReplaceAll(c.GoString(), "gradgenruntime.", "runtime.") }

func paramText(n Ident, b *plan.Buffer) string {
	if b.Rank == 0 {
		return fmt.Sprintf("%s %s", n, goType(b.DType))
	}
	return fmt.Sprintf("%s []%s", n, goType(b.DType))
}

func goType(t ir.DType) string { return string(goElem[t]) }

func slotLength(s *plan.Slot, dims map[string]int) string {
	n := int64(0)
	for _, z := range s.Sizes {
		n = max(n, lengthOf(z, dims))
	}
	return fmt.Sprint(n)
}
