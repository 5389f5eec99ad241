package literals

import (
	"fmt"
	"testing"
)

func TestLiterals(t *testing.T) {
	for i, want := range want {
		if got := fmt.Sprintf("%x %x", float64(narrow[i]), wide[i]); got != want {
			t.Errorf("%d: %s, want %s", i, got, want)
		}
	}
	for i, want := range hexes {
		if got := fmt.Sprintf("%x", texts[i]); got != want {
			t.Errorf("%d: %s, want %s", i, got, want)
		}
	}
}
