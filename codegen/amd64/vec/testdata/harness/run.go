// Package harness calls assembly functions with arguments from a stream and
// writes to another what they left in memory and returned.
package main

import (
	"bufio"
	"encoding/binary"
	"os"
	"unsafe"
)

// stream are the arguments, and the answers.
type stream struct {
	in  *bufio.Reader
	out *bufio.Writer
	// head puts slices behind a guard instead of in front of one.
	head  bool
	after []func()
}

func (s *stream) read(x any) {
	if err := binary.Read(s.in, binary.LittleEndian, x); err != nil {
		panic(err)
	}
}

func (s *stream) write(x any) {
	if err := binary.Write(s.out, binary.LittleEndian, x); err != nil {
		panic(err)
	}
}

func slice[T float32 | float64 | int32 | bool](s *stream) []T {
	var n int64
	s.read(&n)
	var x T
	all := memory(int(n) * int(unsafe.Sizeof(x)))
	in := unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(all))), len(all)/int(unsafe.Sizeof(x)))
	if s.head {
		in = in[:n]
	} else {
		in = in[len(in)-int(n):]
	}
	s.read(in)
	s.after = append(s.after, func() { s.write(in); release(all) })
	return in
}

func integer(s *stream) int {
	var x int64
	s.read(&x)
	return int(x)
}

func number[T float32 | float64 | uint32 | int32 | bool](s *stream) T {
	var x T
	s.read(&x)
	return x
}

// done writes the slices of a call.
func (s *stream) done() {
	for _, f := range s.after {
		f()
	}
	s.after = nil
}

func main() {
	s := &stream{in: bufio.NewReader(os.Stdin), out: bufio.NewWriter(os.Stdout)}
	for range integer(s) {
		which := integer(s)
		s.head = integer(s) == 1
		calls[which](s)
		s.done()
	}
	if err := s.out.Flush(); err != nil {
		panic(err)
	}
}
