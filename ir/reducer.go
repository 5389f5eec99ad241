package ir

import "math"

// Reducer is a row of the table of reductions.
type Reducer struct {
	Name     string
	Op       *Op     // how two elements combine; nil for the arg forms
	Identity float64 // the value over an empty domain
	// Arg marks reductions that yield where the winner stands: the first one,
	// as its number in row-major order over the reduced axes, an i32.
	Arg bool
	// Better is how a winner is told (OpLt: smaller wins), for selecting
	// reductions.
	Better *Op
}

// The reductions. A Map without one has Reduce == nil.
var (
	Sum    = &Reducer{Name: "sum", Op: OpAdd}
	Prod   = &Reducer{Name: "prod", Op: OpMul, Identity: 1}
	Max    = &Reducer{Name: "max", Op: OpMax, Identity: math.Inf(-1)}
	Min    = &Reducer{Name: "min", Op: OpMin, Identity: math.Inf(1)}
	ArgMax = &Reducer{Name: "argmax", Arg: true, Identity: math.Inf(-1)}
	ArgMin = &Reducer{Name: "argmin", Arg: true, Identity: math.Inf(1)}
)

// Of is the identity as a number of a type: an integer, which is never infinite,
// is the least or the greatest there is.
func (r *Reducer) Of(t DType) float64 {
	if t == I32 {
		return min(max(r.Identity, math.MinInt32), math.MaxInt32)
	}
	return r.Identity
}

// Reducers is the table.
var Reducers = []*Reducer{Sum, Prod, Max, Min, ArgMax, ArgMin}

// ReducerByName finds a row, or nil.
func ReducerByName(name string) *Reducer {
	for _, r := range Reducers {
		if r.Name == name {
			return r
		}
	}
	return nil
}
