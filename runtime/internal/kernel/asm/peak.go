package main

import (
	"bytes"
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// peakSums is how many chains of multiply-adds run beside each other: enough
// to hide the latency of two a cycle, and as many as there are registers for
// on every machine.
const peakSums = 12

// peaks writes package peak: for each machine a function that does nothing but
// multiply and add in registers.
func peaks(list []machine) {
	c, decl := build.NewContext(), &bytes.Buffer{}
	c.ConstraintExpr("!purego")
	for _, m := range list {
		f := &file{machine: m, Context: c}
		c.Function(m.name)
		c.Attributes(nosplit)
		c.SignatureExpr("func(n int)")
		c.Load(c.Param("n"), reg.RCX)
		for i := range peakSums + 2 {
			f.zero(m.vec[i])
		}
		c.Label("again")
		for i := range peakSums {
			f.packed("VFMADD231", m.vec[peakSums], m.vec[peakSums+1], m.vec[i])
		}
		c.DECQ(reg.RCX)
		c.JNE(operand.LabelRef("again"))
		f.end()
		fmt.Fprintf(decl, "func %s(n int)\n\n", m.name)
	}
	write(c, "../../../peak/peak_amd64.s", "peak")
	writeGo("../../../peak/peak_amd64.go", "package peak\n\n"+decl.String())
}
