package parallel

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
)

func TestEach(t *testing.T) {
	var at, most atomic.Int64
	done := make([]bool, 100)
	err := Each(len(done), 3, func(i int) error {
		now := at.Add(1)
		defer at.Add(-1)
		for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
		}
		done[i] = true
		switch i {
		case 70:
			return errors.New("seventy")
		case 7:
			return errors.New("seven")
		}
		return nil
	})
	if most.Load() > 3 {
		t.Errorf("%d at a time", most.Load())
	}
	for i, ok := range done {
		if !ok {
			t.Errorf("%d was left out", i)
		}
	}
	if err == nil || err.Error() != "seven\nseventy" {
		t.Errorf("errors: %v", err)
	}
	if err := Each(0, 0, nil); err != nil {
		t.Error(err)
	}
}

func TestHeaviestBegins(t *testing.T) {
	var order []int
	err := Heaviest([]int{2, 7, 2, 9}, 1, func(i int) error {
		order = append(order, i)
		return fmt.Errorf("%d", i)
	})
	if !slices.Equal(order, []int{3, 1, 0, 2}) {
		t.Errorf("begun in the order %v", order)
	}
	if err == nil || err.Error() != "0\n1\n2\n3" {
		t.Errorf("errors: %v", err)
	}
}

func TestPanicsReachTheCaller(t *testing.T) {
	var done atomic.Int64
	defer func() {
		if r := recover(); r != "three" || done.Load() != 9 {
			t.Errorf("%v, after %d others", r, done.Load())
		}
	}()
	_ = Each(10, 2, func(i int) error {
		if i == 3 {
			panic("three")
		}
		done.Add(1)
		return nil
	})
	t.Error("nothing happened")
}
