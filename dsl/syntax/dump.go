package syntax

import (
	"fmt"
	"strings"
)

// Dump returns the tree of a file as text, one node a line, indented by depth, without places: two texts that differ
// in layout only have the same dump, but for the spelling of operators.
func Dump(file *File) string {
	var b strings.Builder
	for _, d := range file.Decls {
		for _, line := range d.Head().Doc {
			fmt.Fprintf(&b, "// %s\n", line)
		}
		dump(&b, d, 0)
	}
	return b.String()
}

func dump(b *strings.Builder, n Node, depth int) {
	fmt.Fprintf(b, "%s%s\n", strings.Repeat("  ", depth), describe(n))
	for _, c := range Children(n) {
		dump(b, c, depth+1)
	}
}

// describe returns the kind of a node and what its parts do not say.
func describe(n Node) string {
	kind := strings.TrimPrefix(fmt.Sprintf("%T", n), "*syntax.")
	switch n := n.(type) {
	case *Ident:
		if n.Spelt != n.Name {
			return fmt.Sprintf("%s %s as %s", kind, n.Name, n.Spelt)
		}
		return kind + " " + n.Name
	case *Number:
		return kind + " " + n.Text
	case *String:
		return fmt.Sprintf("%s %q", kind, n.Value)
	case *Bool:
		return fmt.Sprintf("%s %t", kind, n.Value)
	case *ArrayType:
		return kind + " " + n.Elem.String()
	case *KindType:
		return kind + " " + n.Kind.String()
	case *Unary:
		return kind + ops([]Op{n.Op})
	case *Power:
		return kind + ops([]Op{n.Op})
	case *Chain:
		return kind + ops(n.Ops)
	case *Compare:
		return kind + ops(n.Ops)
	case *Compose:
		return kind + ops(n.Ops)
	case *BadDecl:
		return kind + " " + n.Word
	case *Block:
		if n.Bad {
			return kind + " bad"
		}
	case *Binder:
		if n.Ellipsis {
			return kind + " ..."
		}
	case *Interval:
		ends := map[bool]string{true: "open", false: "closed"}
		return kind + " " + ends[n.LoOpen] + " " + ends[n.HiOpen]
	}
	return kind + roles(n)
}

// roles says which optional parts a node has where its children alone would leave that open.
func roles(n Node) string {
	var out []string
	say := func(is bool, word string) {
		if is {
			out = append(out, word)
		}
	}
	sig := func(s Signature) { say(s.Pointwise, "pointwise") }
	switch n := n.(type) {
	case *ConstDecl:
		say(n.Indices != nil, "table")
	case *Field:
		say(n.Type != nil, "typed")
		say(n.Default != nil, "default")
	case *LayerDecl:
		say(true, fmt.Sprintf("hyper=%d inputs=%d", len(n.Hyper), len(n.Sig.Inputs)))
		sig(n.Sig)
	case *ModelDecl:
		sig(n.Sig)
	case *TrainDecl:
		say(n.Name != nil, "named")
	case *RuleDecl:
		say(true, fmt.Sprintf("inputs=%d linear=%d", len(n.Inputs), len(n.Linear)))
	case *ParamStmt:
		say(n.Init != nil, "init")
		say(n.Value != nil, "value")
		say(n.When != nil, "when")
	case *Index:
		say(n.Else != nil, "else")
	case *Arg:
		say(n.Name != nil, "named")
	case *Reduce:
		say(n.Where != nil, "where")
	}
	if len(out) == 0 {
		return ""
	}
	return " " + strings.Join(out, " ")
}

// ops lists operators in ASCII, each with the author's spelling if that differs.
func ops(list []Op) string {
	var b strings.Builder
	for _, o := range list {
		b.WriteByte(' ')
		b.WriteString(o.Kind.String())
		if o.Spelt != o.Kind.String() {
			b.WriteString(" as " + o.Spelt)
		}
	}
	return b.String()
}
