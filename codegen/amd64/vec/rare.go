package vec

// Rare returns what rare makes where m holds, and usual elsewhere. The
// statements that rare appends run only if m holds in some lane.
func (f *Func) Rare(m Mask, usual []Vec, rare func() []Vec) []Vec {
	out := make([]Vec, len(usual))
	for i, v := range usual {
		out[i] = f.Copy(v)
	}
	f.If(Cond{Op: NE, A: To(f.Any(m)), B: Number(0)}, func() {
		for i, v := range rare() {
			f.Set(out[i], f.Select(m, v, out[i]))
		}
	}, nil)
	return out
}
