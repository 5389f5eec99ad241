package main

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// The network must learn, and its weights must survive the way to a file and
// back.
func TestTrain(t *testing.T) {
	training, _, test, err := load(rand.New(rand.NewPCG(1, 0)))
	if err != nil {
		t.Fatal(err)
	}
	params := NewMLPParams()
	params.Init(1)
	trainer := NewXEntTrainer(params, batchSize)
	r := rand.New(rand.NewPCG(2, 0))
	var first, last float32
	for epoch := range 30 {
		training.shuffle(r)
		last = 0
		for lo := 0; lo < training.len(); lo += batchSize {
			b := training.batch(lo, min(lo+batchSize, training.len()))
			last += trainer.Step(b.x, b.y)
		}
		if epoch == 0 {
			first = last
		}
	}
	if !(last < first/10) {
		t.Errorf("loss went from %g to %g only", first, last)
	}
	path := filepath.Join(t.TempDir(), "digits.safetensors")
	if err := save(path, params); err != nil {
		t.Fatal(err)
	}
	restored := NewMLPParams()
	if err := restore(path, restored); err != nil {
		t.Fatal(err)
	}
	if got, want := accuracy(restored, test), accuracy(params, test); got != want {
		t.Errorf("accuracy %g after the way to a file and back, %g before", got, want)
	}
	if got := accuracy(restored, test); got < 0.96 {
		t.Errorf("test accuracy %g, want at least 0.96", got)
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	training, _, _, err := load(rand.New(rand.NewPCG(1, 0)))
	if err != nil {
		t.Fatal(err)
	}
	params := NewMLPParams()
	params.Init(1)
	trainer := NewXEntTrainer(params, batchSize)
	b := training.batch(0, batchSize)
	if n := testing.AllocsPerRun(10, func() { trainer.Step(b.x, b.y) }); n != 0 {
		t.Errorf("a step allocates %g times", n)
	}
}
