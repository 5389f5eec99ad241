package ir

// Beyond treeLimit printed nodes, what an expression uses twice gets a name, so
// that the text stays linear in the DAG; every nestLimit levels it gets one,
// too, so that the text can be read by a parser that limits nesting.
const (
	treeLimit = 150
	nestLimit = 100
)

// shared chooses the subexpressions of the roots to print under a name of
// their own, in an order in which each uses only earlier ones.
func shared(roots []*Expr) []*Expr {
	s := sharing{uses: map[*Expr]int{}, size: map[*Expr]int{}, height: map[*Expr]int{}}
	total := 0
	for _, e := range roots {
		s.visit(e)
		total = min(total+s.size[e], maxTree)
	}
	isRoot := map[*Expr]bool{}
	for _, e := range roots {
		isRoot[e] = true
	}
	var out []*Expr
	for _, e := range s.order {
		tall := s.height[e]%nestLimit == 0
		twice := total > treeLimit && s.uses[e] > 1
		if s.height[e] > 0 && !isRoot[e] && (twice || tall) {
			out = append(out, e)
		}
	}
	return out
}

const maxTree = 1 << 30 // sizes of trees saturate here

type sharing struct {
	uses, size, height map[*Expr]int
	order              []*Expr
}

func (s *sharing) visit(e *Expr) {
	s.uses[e]++
	if s.uses[e] > 1 {
		return
	}
	size, height := 1, 0
	below(e, func(a *Expr) {
		s.visit(a)
		size = min(size+s.size[a], maxTree)
		height = max(height, s.height[a]+1)
	})
	s.size[e], s.height[e] = size, height
	s.order = append(s.order, e)
}

// below calls f for the expressions directly under e, arguments and those in
// its integer expressions.
func below(e *Expr, f func(*Expr)) {
	e.eachInt(func(i Int) { exprsOf(i, f) })
	for _, a := range e.Args {
		f(a)
	}
}

// exprsOf calls f for the expressions that are atoms of i.
func exprsOf(i Int, f func(*Expr)) {
	for _, t := range i.terms {
		for _, m := range t.Atoms {
			switch m := m.(type) {
			case *Expr:
				f(m)
			case *FloorDiv:
				exprsOf(m.Num, f)
			}
		}
	}
}
