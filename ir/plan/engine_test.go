package plan

import (
	"testing"

	"github.com/gradgen/gradgen/runtime/contract"
)

// What the plan knows of the engine is so.
func TestEngine(t *testing.T) {
	if scanUnit%contract.PartRows != 0 {
		t.Errorf("rows go together by %d, and the engine divides products by %d", scanUnit, contract.PartRows)
	}
	if maxLinks != contract.MaxLinks {
		t.Errorf("chains have up to %d links, and the engine takes %d", maxLinks, contract.MaxLinks)
	}
}
