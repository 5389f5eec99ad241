package golang

import (
	"fmt"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// stackLimit is the largest variable, in bytes, that the Go compiler keeps on
// the stack; a call would allocate a larger one.
const stackLimit = 128 << 10

// A StackError says that a function of constant sizes, which has no workspace,
// needs more memory than fits on the stack.
type StackError struct {
	Place ir.Place // of the function
	Text  string   // what it needs for what
}

func (e *StackError) Error() string { return fmt.Sprintf("%s: %s", e.Place, e.Text) }

func (f *function) tooLarge(s *plan.Slot, bytes int64) error {
	return &StackError{f.e.Func.Place, fmt.Sprintf("%s needs %d bytes for %s, more than the %d that fit on the stack",
		f.label, bytes, slotText(s), stackLimit)}
}
