package elementary

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
)

// splitMix draws as golden/reference/elementary.py does.
type splitMix uint64

func (s *splitMix) next() uint64 {
	*s += 0x9E3779B97F4A7C15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// domain is where arguments are drawn from.
type domain struct {
	from, to    float64
	least, most int
}

func (s *splitMix) draw(even bool, d domain) float64 {
	z := s.next()
	if even {
		return d.from + float64((d.to-d.from)*(float64(z>>11)*0x1p-53))
	}
	e := d.least + int(z>>53%uint64(d.most-d.least+1))
	x := math.Ldexp(1+float64(z&(1<<52-1))*0x1p-52, e)
	if z>>52&1 == 1 {
		return -x
	}
	return x
}

// ulps64 is the distance of y from want + rest/200 units in want's last place.
func ulps64(y, want float64, rest int8) float64 {
	if math.IsNaN(want) || math.IsNaN(y) || math.IsInf(want, 0) || math.IsInf(y, 0) {
		if math.IsNaN(want) && math.IsNaN(y) || want == y {
			return 0
		}
		return math.Inf(1)
	}
	_, e := math.Frexp(want)
	unit := max(e-53, -1074)
	return math.Abs(math.Ldexp(y-want, -unit) - float64(rest)/200)
}

// The error of functions of float64, against values of many digits.
func TestDoubleError(t *testing.T) {
	rest, err := os.ReadFile("testdata/reference.bin")
	if err != nil {
		t.Fatal(err)
	}
	for seed := splitMix(0); len(rest) > 0; seed++ {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		var name string
		var args, points int
		var d domain
		if _, err := fmt.Sscan(string(line), &name, &args, &points, &d.from, &d.to, &d.least, &d.most); err != nil {
			t.Fatal(err)
		}
		size := 9
		if d == (domain{}) {
			size += 8 * args // they are given
		}
		values := rest[:size*points]
		rest = rest[size*points:]
		t.Run(name, func(t *testing.T) {
			row, ok := find[uint64, bool](name)
			if !ok || row.Args != args {
				t.Fatal("no such row")
			}
			rng := seed
			worst, at := 0.0, []float64(nil)
			for k := range points {
				value := values[size*k : size*(k+1)]
				x := make([]float64, args)
				b := make([]uint64, args)
				for i := range x {
					if d == (domain{}) {
						x[i] = math.Float64frombits(binary.LittleEndian.Uint64(value))
						value = value[8:]
					} else {
						x[i] = rng.draw(k%2 == 0, d)
					}
					b[i] = bits64(x[i])
				}
				want := math.Float64frombits(binary.LittleEndian.Uint64(value))
				y := f64(row.On(scalar64{}, vec.F64, b...))
				e := ulps64(y, want, int8(value[8]))
				if math.IsInf(e, 0) {
					t.Errorf("%s(%v) = %v, want %v", name, x, y, want)
				} else if e > worst {
					worst, at = e, x
				}
			}
			t.Logf("%.3f ulp at %v", worst, at)
			if worst > row.F64 {
				t.Errorf("%v is more than %v", worst, row.F64)
			}
		})
	}
}
