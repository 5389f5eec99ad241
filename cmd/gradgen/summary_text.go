package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// text is a summary for people.
func (s *summary) text(st style) string {
	var b strings.Builder
	b.WriteString(st.bold(quoted(s.File)) + "  package " + s.Package)
	for _, name := range slices.Sorted(maps.Keys(s.Sizes)) {
		b.WriteString(", " + name + " = " + grouped(strconv.FormatInt(s.Sizes[name], 10)))
	}
	b.WriteByte('\n')
	for _, m := range s.Models {
		b.WriteString("\nmodel " + m.Name)
		if len(m.Output) > 0 {
			b.WriteString(" : " + tuple(m.Inputs) + " -> " + tuple(m.Output))
		}
		b.WriteByte('\n')
		b.WriteString(m.table().text(st))
	}
	if len(s.Functions) > 0 {
		b.WriteByte('\n')
		b.WriteString(s.costs().text(st))
	}
	return b.String()
}

func tuple(types []string) string {
	if len(types) == 1 {
		return types[0]
	}
	return "(" + strings.Join(types, ", ") + ")"
}

// table has a row for every parameter; the name of a layer stands in its first.
func (m *modelSummary) table() *table {
	t := &table{right: map[int]bool{3: true, 4: true}}
	t.add("layer", "parameter", "shape", "numbers", "bytes")
	size := int64(1)
	if n := m.Parameters + m.State; n > 0 {
		size = m.Bytes / n
	}
	for _, l := range m.Layers {
		name := l.Name
		for _, x := range l.Tensors {
			own := strings.TrimPrefix(strings.TrimPrefix(x.Name, l.Name), ".")
			if x.State {
				own += " (state)"
			}
			t.add(name, own, shapeText(x.Shape), number(x.Count), number(x.Count*size))
			name = ""
		}
	}
	t.add("total", "", "", number(m.Parameters+m.State), number(m.Bytes))
	return t
}

// costs has a row for every function.
func (s *summary) costs() *table {
	t := &table{right: map[int]bool{1: true, 2: true, 3: true, 4: true}}
	t.add("function", "operations", "bytes in and out", "workspace bytes", "kept for backward")
	for _, c := range s.Functions {
		kept := "-"
		if c.Kept != nil {
			kept = grouped(c.Kept.String())
		}
		t.add(c.Function, grouped(c.Flops.String()), grouped(c.Moved.String()), grouped(c.Workspace.String()), kept)
	}
	return t
}

func number(n int64) string { return grouped(strconv.FormatInt(n, 10)) }

func shapeText(shape []int64) string {
	parts := make([]string, len(shape))
	for i, n := range shape {
		parts[i] = strconv.FormatInt(n, 10)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
