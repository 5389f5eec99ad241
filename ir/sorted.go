package ir

import (
	"bytes"
	"slices"
)

// AppendSorted appends n pieces of text to b, each by a call of write, and
// brings them into the order of their bytes: keys of what has no order of its
// own are made of such.
func AppendSorted(b *[]byte, n int, write func(i int)) {
	if n == 1 {
		write(0)
		return
	}
	type piece struct{ from, to int }
	var few [8]piece
	pieces, start := few[:0], len(*b)
	for i := range n {
		from := len(*b)
		write(i)
		pieces = append(pieces, piece{from, len(*b)})
	}
	text, end := *b, len(*b)
	slices.SortFunc(pieces, func(p, q piece) int { return bytes.Compare(text[p.from:p.to], text[q.from:q.to]) })
	for _, p := range pieces {
		text = append(text, text[p.from:p.to]...)
	}
	copy(text[start:end], text[end:])
	*b = text[:end]
}
