package ir

import "math"

// Func is a pure function from arrays to arrays.
type Func struct {
	Name    string
	Doc     string
	Place   Place
	Params  []*Value // their Def is *Input
	Results []*Value
	Rule    *Rule // nil: differentiated by what it computes
}

// Rule is a derivative given by hand, as one or both modes; the mode that is
// missing is the transpose of the other.
//
// JVP takes the parameters, then a tangent for each float parameter, and
// yields a tangent for each float result. VJP takes the parameters, then a
// cotangent for each float result, and yields a cotangent for each float
// parameter.
type Rule struct {
	JVP, VJP *Func
}

// Module is everything one source file becomes: the Go types of its models,
// and the functions to emit.
type Module struct {
	Package string
	File    string // name of the source file, without a path
	Models  []*Model
	Exports []*Export
}

// Weights is how many values each export is made of, by which the work that it
// takes is estimated.
func (m *Module) Weights() []int {
	out := make([]int, len(m.Exports))
	for i, e := range m.Exports {
		out[i] = len(Topological(e.Func.Results...))
	}
	return out
}

// Model is a Go struct of parameters, views into one block.
type Model struct {
	Name   string // as in the source
	Doc    string
	Place  Place
	DType  DType
	Params []*Param
	State  []*Param // changed by a train step only, never differentiated
}

// Param is one tensor of a model.
type Param struct {
	Name   string // path in files: "fc1.weight"
	Shape  []int64
	Lo, Hi float64 // open interval the values lie in; infinite when free
	Place  Place
}

// Constrained reports whether values are limited to an interval.
func (p *Param) Constrained() bool { return p.Lo > negInf || p.Hi < posInf }

// Export is a Go function to emit: a pure function and how its parameters and
// results appear in Go. The order of Func.Params and Func.Results is that of
// Args and Results here.
type Export struct {
	Kind    ExportKind
	Name    string // the name in the source that the Go name is made from
	Doc     string
	Func    *Func
	Model   *Model // the receiver of Forward and Init
	Trainer *Trainer
	Args    []Binding
	Results []Binding
	Derives string // "" for a value, else "grad", "jac", "jacT" (transposed), "hess", "hvp", "jvp", "vjp"

	// By names what is differentiated by: arguments, or models. It tells two
	// derivatives of one kind apart in Go.
	By []string
}

// ExportKind tells the shape of the Go declaration.
type ExportKind uint8

// The kinds of exports.
const (
	ExportFunc    ExportKind = iota // func Name(w, dests, params, inputs)
	ExportForward                   // func (p *ModelParams) Forward(w, inputs) []T
	ExportInit                      // func (p *ModelParams) Init(seed uint64)
	ExportStep                      // func (t *NameTrainer) Step(inputs) T
)

// Trainer is the Go struct that owns optimiser state and hyper-parameters.
type Trainer struct {
	Name   string // "XEnt"
	Doc    string
	Models []*Model // whose parameters a step moves, all of one dtype
	Hyper  []Hyper
	State  []*Param // one block per name: "m.fc1.weight", …
}

// DType is the type of what the optimiser remembers and of its numbers.
func (t *Trainer) DType() DType { return t.Models[0].DType }

// Hyper is a number of the optimiser that stays a field of the trainer.
type Hyper struct {
	Name    string
	Default float64
}

// Binding says where an argument comes from or a result goes.
type Binding struct {
	Kind  BindKind
	Name  string // of an input, a result, a hyper-parameter
	Model *Model // of parameters, states, gradients and tangents
	Index int    // into Model.Params, Model.State or Trainer.State
}

// BindKind tells places apart.
type BindKind uint8

// Places of arguments and results.
const (
	BindInput      BindKind = iota // an argument: a slice, or a scalar of rank 0
	BindParam                      // Model.Params[Index]; as a result: written in place
	BindState                      // Model.State[Index]; as a result: written in place
	BindGrad                       // the gradient or cotangent struct of Model, Params[Index]; as an argument: what it held before
	BindOpt                        // Trainer.State[Index]; as a result: written in place
	BindHyper                      // a field of the trainer
	BindStep                       // the number of the step, from 1
	BindReturn                     // result: returned; a scalar by value, an array in the workspace
	BindDest                       // result: written to a slice the caller passes
	BindAccumulate                 // a bool of rank 0: whether gradients add to what they held before
	BindTangent                    // Params[Index] of the struct of Model that holds the direction of a jvp or hvp
	BindProduct                    // like BindGrad, of the product of a Hessian with a direction
)

var negInf, posInf = math.Inf(-1), math.Inf(1)
