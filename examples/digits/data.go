package main

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strconv"
)

//go:embed testdata/digits.csv.gz
var digitsFile []byte

const (
	pixels  = 64
	classes = 10
	white   = 16 // the largest value of a pixel in the file
)

// set is a list of digits: pixels from 0 to 1, row after row, and labels.
type set struct {
	x []float32
	y []int32
}

func (s set) len() int { return len(s.y) }

// batch returns rows lo to hi.
func (s set) batch(lo, hi int) set {
	return set{s.x[lo*pixels : hi*pixels], s.y[lo:hi]}
}

// shuffle permutes the rows.
func (s set) shuffle(r *rand.Rand) {
	r.Shuffle(s.len(), func(i, j int) {
		s.y[i], s.y[j] = s.y[j], s.y[i]
		for k := range pixels {
			s.x[i*pixels+k], s.x[j*pixels+k] = s.x[j*pixels+k], s.x[i*pixels+k]
		}
	})
}

// load reads the digits and splits them at random: a fifth for the test, a
// tenth for validation, the rest for training.
func load(r *rand.Rand) (train, validation, test set, err error) {
	zr, err := gzip.NewReader(bytes.NewReader(digitsFile))
	if err != nil {
		return set{}, set{}, set{}, err
	}
	rows, err := csv.NewReader(zr).ReadAll()
	if err != nil {
		return set{}, set{}, set{}, err
	}
	var all set
	for n, row := range rows {
		if len(row) != pixels+1 {
			return set{}, set{}, set{}, fmt.Errorf("digits: row %d has %d columns, not %d", n+1, len(row), pixels+1)
		}
		for k, field := range row {
			v, err := strconv.ParseFloat(field, 32)
			if err != nil {
				return set{}, set{}, set{}, fmt.Errorf("digits: row %d: %w", n+1, err)
			}
			if k < pixels {
				all.x = append(all.x, float32(v)/white)
			} else {
				all.y = append(all.y, int32(v))
			}
		}
	}
	all.shuffle(r)
	n := all.len()
	a, b := n/5, n/5+n/10
	return all.batch(b, n), all.batch(a, b), all.batch(0, a), nil
}
