package runtime

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"
)

// The three lines "philox4x32 10" of kat_vectors in the Random123
// distribution, version 1.14.0.
func TestPhiloxGivesTheKnownAnswers(t *testing.T) {
	for _, c := range []struct {
		counter [4]uint32
		key     [2]uint32
		want    [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{
			[4]uint32{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, [2]uint32{0xffffffff, 0xffffffff},
			[4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
		},
		{
			[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
		},
	} {
		if got := philox(c.counter, c.key[0], c.key[1]); got != c.want {
			t.Errorf("philox(%x, %x) = %x, want %x", c.counter, c.key, got, c.want)
		}
	}
}

func TestBlockPutsSeedInTheKeyAndTheRestInTheCounter(t *testing.T) {
	k := NewKey(0x299f31d0a4093822, 0x03707344)
	want := [4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}
	if got := k.Block(0x13198a2e, 0x85a308d3243f6a88); got != want {
		t.Errorf("%x, want %x", got, want)
	}
}

func TestElementsAreTheDocumentedWordsOfBlocks(t *testing.T) {
	k := NewKey(7, 8)
	for i := range uint64(40) {
		narrow, wide := k.Block(9, i/4), k.Block(9, i/2)
		if got, want := k.Uint32(9, i), narrow[i%4]; got != want {
			t.Errorf("Uint32(%d) = %x, want %x", i, got, want)
		}
		if got, want := k.Uint64(9, i), uint64(wide[2*(i%2)])|uint64(wide[2*(i%2)+1])<<32; got != want {
			t.Errorf("Uint64(%d) = %x, want %x", i, got, want)
		}
		if got, want := k.Uniform32(9, i), float32(k.Uint32(9, i)>>8)/(1<<24); got != want {
			t.Errorf("Uniform32(%d) = %v, want %v", i, got, want)
		}
		if got, want := k.Uniform64(9, i), float64(k.Uint64(9, i)>>11)/(1<<53); got != want {
			t.Errorf("Uniform64(%d) = %v, want %v", i, got, want)
		}
	}
}

func TestEveryPartOfAnAddressMatters(t *testing.T) {
	seen := map[uint64]string{}
	note := func(what string, bits uint64) {
		if other, ok := seen[bits]; ok {
			t.Errorf("%s draws as %s does", what, other)
		}
		seen[bits] = what
	}
	k := NewKey(1, 1)
	note("base", k.Uint64(1, 1))
	note("seed low", NewKey(2, 1).Uint64(1, 1))
	note("seed high", NewKey(1|1<<32, 1).Uint64(1, 1))
	note("step low", NewKey(1, 2).Uint64(1, 1))
	note("step high", NewKey(1, 1|1<<32).Uint64(1, 1))
	note("step higher", NewKey(1, 1|2<<32).Uint64(1, 1))
	note("site", k.Uint64(2, 1))
	note("element", k.Uint64(1, 2))
	note("element high", k.Uint64(1, 1|1<<40))
}

// Five standard deviations of the statistics of 100,000 draws; seeds are fixed.
func TestUniformNumbersLookUniform(t *testing.T) {
	const n, bins = 100_000, 100
	k := NewKey(42, 0)
	for name, draw := range map[string]func(uint64) float64{
		"Uniform32": func(i uint64) float64 { return float64(k.Uniform32(0, i)) },
		"Uniform64": func(i uint64) float64 { return k.Uniform64(1, i) },
		"Open64":    func(i uint64) float64 { return k.Open64(2, i) },
	} {
		var count [bins]float64
		sum, lag, last := 0.0, 0.0, 0.5
		for i := range uint64(n) {
			u := draw(i)
			if !(u >= 0 && u < 1) {
				t.Fatalf("%s(%d) = %v", name, i, u)
			}
			count[int(u*bins)]++
			sum += u
			lag += (u - 0.5) * (last - 0.5)
			last = u
		}
		chi2 := 0.0
		for _, c := range count {
			chi2 += (c - n/bins) * (c - n/bins) / (n / bins)
		}
		if math.Abs(chi2-(bins-1)) > 5*math.Sqrt(2*(bins-1)) {
			t.Errorf("%s: chi-square %.1f of %d bins", name, chi2, bins)
		}
		if math.Abs(sum/n-0.5) > 5/math.Sqrt(12*n) {
			t.Errorf("%s: mean %v", name, sum/n)
		}
		if math.Abs(lag/n) > 5/12./math.Sqrt(n) {
			t.Errorf("%s: neighbours correlate: %v", name, lag/n)
		}
	}
}

func TestNormalNumbersHaveTheirMoments(t *testing.T) {
	const n = 100_000
	k := NewKey(43, 0)
	var m [5]float64
	for i := range uint64(n) {
		z, power := k.Normal64(0, i), 1.0
		for j := range m {
			m[j] += power / n
			power *= z
		}
	}
	for j, c := range []struct{ want, variance float64 }{{1, 0}, {0, 1}, {1, 2}, {0, 15}, {3, 96}} {
		if math.Abs(m[j]-c.want) > 5*math.Sqrt(c.variance/n)+1e-9 {
			t.Errorf("moment %d = %v, want %v", j, m[j], c.want)
		}
	}
}

// The bits are part of the contract: the hash was recorded once, and holds on
// every platform and with every level of fused arithmetic.
func TestBitsAgreeOnEveryPlatform(t *testing.T) {
	h := fnv.New64a()
	put := func(x float64) {
		h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(x)))
	}
	for seed := range uint64(4) {
		k := NewKey(seed<<30, seed<<31)
		for i := range uint64(2000) {
			put(float64(k.Uniform32(1, i)))
			put(k.Uniform64(2, i))
			put(k.Open64(3, i))
			put(k.Normal64(4, i))
			put(Probit(math.Ldexp(k.Open64(5, i), -int(i)/2))) // far tails
		}
	}
	const want = 0x4e01a8bf6a82781a
	if got := h.Sum64(); got != want {
		t.Errorf("hash %#x, want %#x", got, uint64(want))
	}
}

func TestDrawsDoNotAllocate(t *testing.T) {
	k := NewKey(1, 2)
	sum := 0.0
	if n := testing.AllocsPerRun(100, func() {
		sum += float64(k.Uniform32(1, 2)) + k.Uniform64(1, 2) + k.Normal64(1, 2)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkUniform32(b *testing.B) {
	k, i, sum := NewKey(1, 2), uint64(0), float32(0)
	for b.Loop() {
		sum += k.Uniform32(3, i)
		i++
	}
	_ = sum
}

func BenchmarkNormal64(b *testing.B) {
	k, i, sum := NewKey(1, 2), uint64(0), 0.0
	for b.Loop() {
		sum += k.Normal64(3, i)
		i++
	}
	_ = sum
}
