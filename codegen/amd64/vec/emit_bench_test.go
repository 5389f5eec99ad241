package vec

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkEmit prints a file of a hundred functions.
func BenchmarkEmit(b *testing.B) {
	var funcs []*Func
	for k := range uint64(50) {
		for _, isa := range []ISA{AVX2, AVX512} {
			funcs = append(funcs, randomProgram(k, fmt.Sprintf("f%d%s", k, isa), isa, Elem(k%2), 25+int(k)))
		}
	}
	var text []byte
	for b.Loop() {
		var err error
		if text, err = Emit(funcs, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(strings.Count(string(text), "\n\t")), "instructions")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(strings.Count(string(text), "\n\t")), "ns/instruction")
}
