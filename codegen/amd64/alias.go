package amd64

import (
	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir/plan"
)

// What a scan carries is an array that stands for another one in each step. Its
// address is in a register that the end of a step assigns; between, it is as
// fixed as any other, but not outside of the step.

// moved are the aliases that statements make stand for something else.
func moved(list []plan.Stmt) map[*plan.Buffer]bool {
	out := map[*plan.Buffer]bool{}
	plan.Each(list, func(s plan.Stmt) {
		switch s := s.(type) {
		case *plan.Rebind:
			out[s.Alias] = true
		case *plan.Swap:
			out[s.A], out[s.B] = true, true
		}
	})
	return out
}

// rebind makes an alias stand for part of an array.
func (l *lowerer) rebind(s *plan.Rebind) {
	clear(l.held)
	l.loads(s.To)
	at := l.address(s.To, l.uniform(s.Off))
	place := at.Base
	if at.Index.Reg != vec.None {
		place = l.flat(at).Base
	}
	if at.Disp != 0 {
		place = l.f.GAddI(place, at.Disp)
	}
	if s.Declare {
		l.aliases[s.Alias] = &integer{l.f.CopyInt(place), len(l.levels) - 1}
		return
	}
	a := l.aliases[s.Alias]
	if a == nil {
		refuse("an array that stands for others outside of the block")
	}
	l.f.SetInt(a.reg, place)
}

// swap exchanges what two aliases stand for.
func (l *lowerer) swap(s *plan.Swap) {
	a, b := l.aliases[s.A], l.aliases[s.B]
	if a == nil || b == nil {
		refuse("arrays that stand for others outside of the block")
	}
	old := l.f.CopyInt(a.reg)
	l.f.SetInt(a.reg, b.reg)
	l.f.SetInt(b.reg, old)
}

// stepping runs body, the step of a scan, in which aliases are fixed from the
// level of the step on.
func (l *lowerer) stepping(s *plan.Loop, body func()) {
	inside := len(l.levels) - 1
	var moved []*integer
	plan.Each(s.Body, func(t plan.Stmt) {
		plan.EachBuffer(t, func(b *plan.Buffer) {
			if a := l.aliases[b]; a != nil && a.level < inside {
				a.level = inside
				moved = append(moved, a)
			}
		})
	})
	body()
	for _, a := range moved {
		a.level = inside - 1
	}
}

// levelOfBase is the level from which on the address of an array is there.
func (l *lowerer) levelOfBase(b *plan.Buffer) int {
	if a := l.aliases[b]; a != nil {
		return a.level
	}
	return 0
}
