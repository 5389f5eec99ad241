package ir

// Uses reports whether x occurs in a, at any depth.
func (a Int) Uses(x *Axis) bool {
	for _, t := range a.terms {
		for _, m := range t.Atoms {
			if atomUses(m, x) {
				return true
			}
		}
	}
	return false
}

// Walk calls axis for every axis and read for every array read in a, at any
// depth; either may be nil.
func (a Int) Walk(axis func(*Axis), read func(*Expr)) {
	for _, t := range a.terms {
		for _, m := range t.Atoms {
			walkAtom(m, axis, read)
		}
	}
}

// Dims calls f for every run-time size in a.
func (a Int) Dims(f func(*Dim)) {
	for _, t := range a.terms {
		for _, m := range t.Atoms {
			switch m := m.(type) {
			case *Dim:
				f(m)
			case *FloorDiv:
				m.Num.Dims(f)
			}
		}
	}
}

// HasAxes reports whether any axis occurs in a.
func (a Int) HasAxes() bool {
	found := false
	a.Walk(func(*Axis) { found = true }, nil)
	return found
}

// HasReads reports whether any array is read in a: it then depends on data.
func (a Int) HasReads() bool {
	found := false
	a.Walk(nil, func(*Expr) { found = true })
	return found
}

// MapAtoms replaces every atom by f of it, at the top level of a; f returns
// false to keep an atom as it is.
func (a Int) MapAtoms(f func(Atom) (Int, bool)) Int {
	out, changed := a, false
	for i, t := range a.terms {
		part, ok := t.mapAtoms(f)
		switch {
		case ok && !changed:
			out, changed = Int{a.k, a.terms[:i:i]}.Add(part), true
		case ok:
			out = out.Add(part)
		case changed:
			out = out.Add(Int{terms: a.terms[i : i+1]})
		}
	}
	return out
}
