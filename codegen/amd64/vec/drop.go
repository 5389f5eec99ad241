package vec

// Drop leaves out instructions, and addresses of the function's own memory that
// nobody uses then.
func (f *Func) Drop(dead map[*Inst]bool) {
	if len(dead) == 0 {
		return
	}
	f.Body = without(f.Body, func(i *Inst) bool { return dead[i] })
	uses := f.Uses()
	f.Body = without(f.Body, func(i *Inst) bool { return i.Op == OpLocal && uses[i.Dst] == 0 })
}

// Uses is how often each register is read.
func (f *Func) Uses() []int32 { return usageOf(f).uses }

func without(list []Node, dead func(*Inst) bool) []Node {
	kept := list[:0]
	for _, n := range list {
		switch n := n.(type) {
		case *Inst:
			if dead(n) {
				continue
			}
		case *Loop:
			n.Body = without(n.Body, dead)
		case *If:
			n.Then, n.Else = without(n.Then, dead), without(n.Else, dead)
		}
		kept = append(kept, n)
	}
	return kept
}
