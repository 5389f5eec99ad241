package contract

import (
	"fmt"
	"testing"
)

// BenchmarkBand is the products of causal attention with four heads, whole and by
// their bands.
func BenchmarkBand(b *testing.B) {
	const samples, heads, width = 4, 4, 32
	for _, steps := range []int{64, 256, 1024} {
		square := func(row, col int, band Band) Operand[float32] {
			return Operand[float32]{Data: make([]float32, samples*heads*steps*steps), Leap: heads * steps * steps, Step: steps * steps, Row: row, Col: col, Band: band}
		}
		sideBySide := func(row, col int) Operand[float32] {
			return Operand[float32]{Data: make([]float32, samples*heads*steps*width), Leap: heads * steps * width, Step: width, Row: row, Col: col}
		}
		for name, band := range map[string]Band{"whole": {}, "band": {1 - steps, 1}} {
			for product, p := range map[string]Product[float32]{
				"scores":   {M: steps, N: steps, K: width, A: sideBySide(heads*width, 1), B: sideBySide(1, heads*width), C: square(steps, 1, band)},
				"output":   {M: steps, N: width, K: steps, A: square(steps, 1, band), B: sideBySide(heads*width, 1), C: sideBySide(heads*width, 1)},
				"gradient": {M: steps, N: width, K: steps, A: square(1, steps, band.turn()), B: sideBySide(heads*width, 1), C: sideBySide(heads*width, 1)},
			} {
				p.Groups, p.Batch = samples, heads
				b.Run(fmt.Sprintf("%d/%s/%s", steps, product, name), func(b *testing.B) {
					e := NewEngine(nil, make([]float32, Space(p.M, p.N, p.K)))
					for b.Loop() {
						e.Run(p)
					}
				})
			}
		}
	}
}
