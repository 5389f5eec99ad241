package vec

import "fmt"

// A slot of the arguments on the stack.
type argument struct {
	Param
	offset int
	result bool
}

// goTypes are the sizes of the types that a parameter may have; they are aligned
// as their words are.
var goTypes = map[string]struct{ size, align int }{
	"int": {8, 8}, "uint": {8, 8}, "uintptr": {8, 8}, "int64": {8, 8}, "uint64": {8, 8},
	"bool": {1, 1}, "int32": {4, 4}, "uint32": {4, 4}, "float32": {4, 4}, "float64": {8, 8},
	"[]float32": {24, 8}, "[]float64": {24, 8}, "[]int32": {24, 8}, "[]int": {24, 8},
	"[]uint32": {24, 8}, "[]int64": {24, 8}, "[]bool": {24, 8},
	"*float32": {8, 8}, "*float64": {8, 8}, "*int32": {8, 8},
	keyType: {12, 4},
}

// keyType is that of a key of package runtime, which is a structure of words of
// 32 bits with these names.
const keyType = "runtime.Key"

var keyWords = []string{"k0", "k1", "step"}

// layout places parameters and results as ABI0 does, and returns their size.
func (f *Func) layout() (map[string]argument, int, error) {
	args := make(map[string]argument, len(f.Params)+len(f.Results))
	at := 0
	place := func(list []Param, result bool) error {
		for _, p := range list {
			t, ok := goTypes[p.Type]
			switch {
			case !ok:
				return fmt.Errorf("vec: function %s: parameter %s has the type %s, which has no layout here", f.Name, p.Name, p.Type)
			case !isName(p.Name):
				return fmt.Errorf("vec: function %s: %q is no name of a parameter", f.Name, p.Name)
			}
			if _, twice := args[p.Name]; twice {
				return fmt.Errorf("vec: function %s: there are two parameters %s", f.Name, p.Name)
			}
			at = (at + t.align - 1) &^ (t.align - 1)
			args[p.Name] = argument{p, at, result}
			at += t.size
		}
		return nil
	}
	if err := place(f.Params, false); err != nil {
		return nil, 0, err
	}
	if len(f.Results) > 0 {
		at = (at + 7) &^ 7
	}
	err := place(f.Results, true)
	return args, at, err
}

// slice tells whether a parameter is a slice; what is passed on is the address
// of its elements.
func (p Param) slice() bool { return p.Type[0] == '[' }

// words tells whether a parameter is read by a move of eight bytes.
func (p Param) words() bool {
	return p.slice() || goTypes[p.Type].size == 8
}

func (p Param) float() bool { return p.Type == "float32" || p.Type == "float64" }

// operand is an argument's place in memory, or that of a word of it.
func (a argument) operand(word uint64) mem {
	name := a.Name
	switch {
	case a.slice():
		name += "_base"
	case a.Type == keyType:
		name += "_" + keyWords[word]
	}
	return mem{kind: memArg, name: name, disp: int64(a.offset) + 4*int64(word)}
}

func isName(s string) bool {
	for i, c := range s {
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c > 127
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != "" && s != "_"
}
