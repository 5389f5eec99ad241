// Digits trains a small network on images of handwritten digits, with nothing
// but generated Go: no framework runs.
//
// digits.grad says what the model, its loss and its optimiser are; gradgen
// writes digits_grad.go from it, which this program calls.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

//go:generate go tool gradgen

const batchSize = 32

func main() {
	log.SetFlags(0)
	epochs := flag.Int("epochs", 30, "passes over the training set")
	seed := flag.Uint64("seed", 1, "of the split, the initial weights and the order of the batches")
	weights := flag.String("weights", filepath.Join(os.TempDir(), "digits.safetensors"), "file to write the trained weights to")
	flag.Parse()
	if err := run(*epochs, *seed, *weights); err != nil {
		log.Fatal(err)
	}
}

func run(epochs int, seed uint64, weights string) error {
	r := rand.New(rand.NewPCG(seed, 0))
	training, validation, test, err := load(r)
	if err != nil {
		return err
	}
	fmt.Printf("%d digits to train on, %d to validate, %d to test\n", training.len(), validation.len(), test.len())

	params := NewMLPParams()
	params.Init(seed)
	trainer := NewXEntTrainer(params, batchSize)

	var inSteps time.Duration
	steps := 0
	for epoch := 1; epoch <= epochs; epoch++ {
		training.shuffle(r)
		sum := 0.0
		start := time.Now()
		for lo := 0; lo < training.len(); lo += batchSize {
			b := training.batch(lo, min(lo+batchSize, training.len()))
			sum += float64(trainer.Step(b.x, b.y)) * float64(b.len())
			steps++
		}
		inSteps += time.Since(start)
		fmt.Printf("epoch %2d  loss %.4f  validation accuracy %.4f\n",
			epoch, sum/float64(training.len()), accuracy(params, validation))
	}

	if err := save(weights, params); err != nil {
		return err
	}
	restored := NewMLPParams()
	if err := restore(weights, restored); err != nil {
		return err
	}
	fmt.Printf("weights written to and read back from %s\n", weights)
	fmt.Printf("test accuracy %.4f, %v a step of %d digits\n",
		accuracy(restored, test), (inSteps / time.Duration(max(steps, 1))).Round(100*time.Nanosecond), batchSize)
	return nil
}

// accuracy is the part of s that the network classifies as labelled.
func accuracy(p *MLPParams, s set) float64 {
	w := NewMLPWorkspace(s.len())
	scores := p.Forward(w, s.x)
	right := 0
	for i, label := range s.y {
		row := scores[i*classes : (i+1)*classes]
		best := 0
		for k, v := range row {
			if v > row[best] {
				best = k
			}
		}
		if best == int(label) {
			right++
		}
	}
	return float64(right) / float64(s.len())
}

func save(path string, p *MLPParams) error {
	var buf bytes.Buffer
	if _, err := p.WriteTo(&buf); err != nil {
		return err
	}
	return os.WriteFile(path, buf.Bytes(), 0o644)
}

func restore(path string, p *MLPParams) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = p.ReadFrom(f)
	return err
}
