package golang

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/gradgen/gradgen/codegen/comments"
)

// comment prints text as line comments, wrapped as it is. The space or tab
// after the two slashes means that no line is a directive to the compiler, the
// linker or cgo, all of which want the slashes right before them.
func comment(text string) code {
	var b strings.Builder
	for i, l := range comments.Lines(text) {
		if i > 0 {
			b.WriteByte('\n')
		}
		if strings.HasPrefix(l, "\t") {
			b.WriteString("//" + l)
		} else {
			b.WriteString(strings.TrimRight("// "+l, " "))
		}
	}
	// Text that begins with slashes is printed by jennifer as it is.
	return jen.Comment(b.String())
}

// documented puts a doc comment above a declaration.
func documented(text string, decl code) code {
	return comment(text).Line().Add(decl)
}

// beside puts a comment behind a declaration on one line.
func beside(decl code, text string) code {
	return after(decl).Comment("// " + strings.Join(comments.Lines(text), " "))
}
