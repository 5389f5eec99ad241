package golang

import "fmt"

// assemblerWords are the identifiers that Go's assembler for amd64 takes for
// registers, and those that textflag.h defines: K1+48(FP) is no parameter.
var assemblerWords = func() map[Ident]bool {
	words := map[Ident]bool{}
	for _, n := range []Ident{
		"AL", "CL", "DL", "BL", "AH", "CH", "DH", "BH", "SPB", "BPB", "SIB", "DIB",
		"AX", "CX", "DX", "BX", "SP", "BP", "SI", "DI",
		"CS", "SS", "DS", "ES", "FS", "GS", "GDTR", "IDTR", "LDTR", "MSW", "TASK", "TLS", "MAXREG",
		"SB", "FP", "PC", "g",
		"NOPROF", "DUPOK", "NOSPLIT", "RODATA", "NOPTR", "WRAPPER", "NEEDCTXT", "TLSBSS", "NOFRAME",
		"REFLECTMETHOD", "TOPFRAME", "ABIWRAPPER",
	} {
		words[n] = true
	}
	for _, file := range []struct {
		name    string
		from, n int
	}{
		{"F%d", 0, 8}, {"M%d", 0, 8}, {"K%d", 0, 8}, {"X%d", 0, 32}, {"Y%d", 0, 32}, {"Z%d", 0, 32},
		{"R%d", 8, 16}, {"R%dB", 8, 16}, {"CR%d", 0, 16}, {"DR%d", 0, 8}, {"TR%d", 0, 8},
	} {
		for k := file.from; k < file.n; k++ {
			words[Ident(fmt.Sprintf(file.name, k))] = true
		}
	}
	return words
}()
