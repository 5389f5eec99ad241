package syntax

import "reflect"

// Inspect calls f for a node and, as long as f returns true, for the nodes in it, in the order of the text. The node
// may also be a *File, which is no Node itself: then all its declarations and comments are visited.
func Inspect(root any, f func(Node) bool) {
	switch n := root.(type) {
	case *File:
		for _, c := range n.Comments {
			f(c)
		}
		for _, d := range n.Decls {
			inspect(d, f)
		}
	case Node:
		inspect(n, f)
	}
}

func inspect(n Node, f func(Node) bool) {
	if n == nil || reflect.ValueOf(n).IsNil() || !f(n) {
		return
	}
	for _, c := range Children(n) {
		inspect(c, f)
	}
}

// children collects the parts of a node that are there.
type children []Node

func (c *children) add(nodes ...Node) {
	for _, n := range nodes {
		if n != nil && !reflect.ValueOf(n).IsNil() {
			*c = append(*c, n)
		}
	}
}

func addAll[T Node](c *children, list []T) {
	for _, n := range list {
		c.add(n)
	}
}

// Children returns the parts of a node in the order of the text.
func Children(n Node) []Node {
	var c children
	switch n := n.(type) {
	case Decl:
		c.decl(n)
	case Stmt:
		c.stmt(n)
	case Expr:
		c.expr(n)
	case *ArrayType:
		addAll(&c, n.Axes)
	case *TupleType:
		addAll(&c, n.Elems)
	case *Field:
		c.add(n.Name, n.Type, n.Default)
	case *Derivative:
		c.add(n.Kind)
		addAll(&c, n.By)
	case *Block:
		addAll(&c, n.Stmts)
	case *Binder:
		c.add(n.Name, n.Bound)
	case *Interval:
		c.add(n.Lo, n.Hi)
	case *Arg:
		c.add(n.Name, n.Value)
	}
	return c
}

func (c *children) decl(d Decl) {
	switch d := d.(type) {
	case *RuleDecl:
		c.add(d.Mode, d.Name)
	case *TrainDecl: // the name stands before the loss
		c.add(d.Name)
	default:
		c.add(d.Head().Name)
	}
	switch d := d.(type) {
	case *ImportDecl:
		c.add(d.Path)
	case *DimDecl:
		c.add(d.Value)
	case *ConstDecl:
		addAll(c, d.Indices)
		c.add(d.Value)
	case *FnDecl:
		addAll(c, d.Inputs)
		c.add(d.Result, d.Value, d.Body)
	case *LayerDecl:
		addAll(c, d.Hyper)
		c.signature(d.Sig)
		c.add(d.Value, d.Body)
	case *ModelDecl:
		c.signature(d.Sig)
		c.add(d.Value, d.Body)
	case *LossDecl:
		addAll(c, d.Inputs)
		c.add(d.Result, d.Value, d.Body)
	case *TrainDecl:
		c.add(d.Loss, d.With)
		addAll(c, d.On)
	case *DeriveDecl:
		addAll(c, d.Items)
	case *RuleDecl:
		addAll(c, d.Inputs)
		addAll(c, d.Linear)
		c.add(d.Value, d.Body)
	case *OptimizerDecl:
		addAll(c, d.Hyper)
		c.add(d.Body)
	case *InitDecl:
		addAll(c, d.Hyper)
		c.add(d.Value)
	}
}

func (c *children) signature(s Signature) {
	addAll(c, s.Inputs)
	c.add(s.Result, s.From, s.To)
}

func (c *children) stmt(s Stmt) {
	switch s := s.(type) {
	case *Equation:
		c.add(s.Name)
		addAll(c, s.Indices)
		c.add(s.Value)
	case *Define:
		c.add(s.Name, s.Value)
	case *Unpack:
		addAll(c, s.Names)
		c.add(s.Value)
	case *ParamStmt:
		addAll(c, s.Names)
		c.add(s.Type, s.In, s.Init, s.Value, s.When)
	case *StateStmt:
		addAll(c, s.Names)
		c.add(s.Type, s.Value)
	case *NextStmt:
		c.add(s.Name)
		addAll(c, s.Indices)
		c.add(s.Value)
	case *StepStmt:
		c.add(s.Name)
		addAll(c, s.Inputs)
		c.add(s.Result, s.Body)
	case *ReturnStmt:
		c.add(s.Value)
	}
}

func (c *children) expr(e Expr) {
	switch e := e.(type) {
	case *Paren:
		c.add(e.X)
	case *Tuple:
		addAll(c, e.Elems)
	case *Vector:
		addAll(c, e.Elems)
	case *Call:
		c.add(e.Fn)
		addAll(c, e.Args)
	case *Index:
		c.add(e.X)
		addAll(c, e.Indices)
		c.add(e.Else)
	case *Select:
		c.add(e.X, e.Name)
	case *Transpose:
		c.add(e.X)
	case *Label:
		c.add(e.Name, e.Path, e.X)
	case *Power:
		c.add(e.X, e.Y)
	case *Unary:
		c.add(e.X)
	case *Compose:
		addAll(c, e.Stages)
	case *Chain:
		addAll(c, e.Operands)
	case *Compare:
		addAll(c, e.Operands)
	case *If:
		c.add(e.Cond, e.Then, e.Else)
	case *Reduce:
		c.add(e.Name)
		addAll(c, e.Indices)
		c.add(e.Where, e.X)
	case *Concat:
		c.add(e.Axis)
		addAll(c, e.Args)
	}
}
