// The program calls vector functions: it reads arguments of float32 and of
// float64, and writes what each function of calls32 and calls64 makes of them.
package main

import (
	"bufio"
	"encoding/binary"
	"log"
	"os"
)

func apply[T float32 | float64](x, y []T, calls []func(x, y, out []T, n int), w *bufio.Writer) {
	for _, call := range calls {
		out := make([]T, len(x))
		call(x, y, out, len(x))
		if err := binary.Write(w, binary.LittleEndian, out); err != nil {
			log.Fatal(err)
		}
	}
}

func read[T float32 | float64](r *bufio.Reader) []T {
	var n int64
	if err := binary.Read(r, binary.LittleEndian, &n); err != nil {
		log.Fatal(err)
	}
	x := make([]T, n)
	if err := binary.Read(r, binary.LittleEndian, x); err != nil {
		log.Fatal(err)
	}
	return x
}

func main() {
	r, w := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	x32, y32 := read[float32](r), read[float32](r)
	x64, y64 := read[float64](r), read[float64](r)
	apply(x32, y32, calls32, w)
	apply(x64, y64, calls64, w)
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
}
