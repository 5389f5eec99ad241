package parallel

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
)

func TestEach(t *testing.T) {
	var at, most, calls atomic.Int64
	done := make([]bool, 100)
	err := Each(len(done), 3, func(i int) error {
		now := at.Add(1)
		defer at.Add(-1)
		for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
		}
		calls.Add(1)
		done[i] = true
		switch i {
		case 70:
			return errors.New("seventy")
		case 7:
			panic("seven")
		}
		return nil
	})
	if calls.Load() != 100 || most.Load() > 3 {
		t.Errorf("%d calls, %d at a time", calls.Load(), most.Load())
	}
	for i, ok := range done {
		if !ok {
			t.Errorf("%d was left out", i)
		}
	}
	if err == nil || strings.Join(strings.Split(err.Error(), "\n"), "; ") != "panic: seven; seventy" {
		t.Errorf("errors: %v", err)
	}
	if err := Each(0, 0, nil); err != nil {
		t.Error(err)
	}
}
