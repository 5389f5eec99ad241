package contract

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// patches computes rows i0 to i1 of a region for terms k0 to k1 without the
// right operand being packed: each vector of a patch is a run of neighbours in
// it, or a part of one.
func (w *worker[T]) patches(j *job[T], p *parts[T], left []T, r region, i0, i1, k0, k1 int, first, last bool) {
	t, o := &w.tile, &j.right
	t.B, t.BOff = o.Data, o.batch(r.batch)
	t.Tail = 0
	t.Down, t.DownOff = o.Rows.at, k0
	// A short sum takes little longer than what comes before it: all but the
	// vectors is the same for all patches, and said once.
	w.aimOut(j, p, r, i0, r.j0, first, last)
	w.aimLeft(j, left, r.batch, i0, k0, k1)
	aOff, cOff, sOff, gOff, rowOff := t.AOff, t.COff, t.SOff, t.GOff, t.RowOff
	groups, width := [2]group{}, 0
	for j0 := r.j0; j0 < r.j1; {
		n := 0
		for ; n < j.vecs && j0 < r.j1; n++ {
			cols := min(int(o.Cols.runs[j0]), w.lanes, r.j1-j0)
			t.Vectors[n] = kernel.Vector{B: int(o.Cols.at[j0]), C: j0 - r.j0, Mask: 1<<cols - 1}
			j0 += cols
		}
		vecs := w.patchWidth(n)
		for ; n < vecs; n++ {
			t.Vectors[n] = kernel.Vector{}
		}
		if vecs != width {
			groups, width = w.groups(j, vecs, i1-i0), vecs
		}
		t.AOff, t.COff, t.SOff, t.GOff, t.RowOff = aOff, cOff, sOff, gOff, rowOff
		w.run(j, vecs, groups)
	}
}

// patchWidth is the width of the narrowest patch that has room for v vectors.
func (m *machine) patchWidth(v int) int {
	for m.patch[v] == 0 {
		v++
	}
	return v
}

// patchWidth chooses how wide patches are that take so many vectors, and
// estimates what they cost; it is 0 if there are none. A load counts for so many:
// two where it does not begin where a line does.
func (q *question) patchWidth(m *machine, vectors int, load float64) (vecs int, cost float64) {
	for v, high := range m.patch {
		if high == 0 {
			continue
		}
		groups := (q.m + high - 1) / high
		rows, wide := float64(q.m)/float64(groups), float64(v)
		step := tileStep(rows, wide, rows+load*wide) + runCost
		c := float64((vectors+v-1)/v*groups) * (step*float64(q.k) + tileCost + 2*rows*wide)
		if vecs == 0 || c < cost {
			vecs, cost = v, c
		}
	}
	return vecs, cost
}
