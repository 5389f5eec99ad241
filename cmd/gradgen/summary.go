package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gradgen/gradgen/ir"
)

type summaryCommand struct {
	Batch   *int64           `placeholder:"N" help:"Put N in for the run-time size: the one called B if there are several."`
	Size    map[string]int64 `placeholder:"NAME=N" help:"Put a number in for a run-time size, by name; may be repeated."`
	JSON    bool             `name:"json" help:"Print one JSON object."`
	Sources []string         `arg:"" optional:"" name:"source" complete:"sources" help:"Source files, directories, or ./..."`
}

// Its JSON is an interface to other tools: it may grow, never change.
type summary struct {
	File      string           `json:"file"`
	Package   string           `json:"package"`
	Sizes     map[string]int64 `json:"sizes"` // those that have numbers
	Models    []modelSummary   `json:"models"`
	Functions []costs          `json:"functions"`
}

type modelSummary struct {
	Name   string         `json:"name"`
	Inputs []string       `json:"inputs"`
	Output []string       `json:"outputs"`
	DType  string         `json:"dtype"`
	Layers []layerSummary `json:"layers"`
	// Parameters counts numbers, each once, also those of weights that several
	// layers share; State those that are not trained by gradients.
	Parameters int64 `json:"parameters"`
	State      int64 `json:"state"`
	Bytes      int64 `json:"bytes"` // of both
}

type layerSummary struct {
	Name    string          `json:"name"` // the label, "" for the model's own
	Tensors []tensorSummary `json:"tensors"`
}

type tensorSummary struct {
	Name  string  `json:"name"` // as in files
	Shape []int64 `json:"shape"`
	Count int64   `json:"count"`
	State bool    `json:"state,omitempty"`
}

func (c *summaryCommand) Run(t *tool) error {
	units := t.through(t.choose(c.Sources).sources, checked, optimised, planned)
	summaries := []*summary{}
	known := map[string]bool{}
	for _, u := range units {
		names := sizeNames(u.module)
		sizes, err := c.sizes(names)
		if err != nil {
			return fmt.Errorf("%s: %w", quoted(u.name()), err)
		}
		for _, n := range names {
			known[n] = true
		}
		summaries = append(summaries, summarise(u, sizes))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Size)) {
		if len(units) > 0 && !known[name] {
			return fmt.Errorf("there is no run-time size %s", quoted(name))
		}
	}
	if c.JSON {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetIndent("", "  ")
		if err := e.Encode(map[string]any{"summaries": summaries}); err != nil {
			return err
		}
		return t.print(b.String())
	}
	for i, s := range summaries {
		if i > 0 {
			if err := t.print("\n"); err != nil {
				return err
			}
		}
		if err := t.print(s.text(t.plain)); err != nil {
			return err
		}
	}
	return nil
}

// sizes are the numbers to put in, by the names of a module's sizes.
func (c *summaryCommand) sizes(names []string) (map[string]int64, error) {
	out := map[string]int64{}
	for _, n := range names {
		if v, ok := c.Size[n]; ok {
			out[n] = v
		}
	}
	if c.Batch != nil && len(names) > 0 {
		batch := "B"
		if len(names) == 1 {
			batch = names[0]
		} else if !slices.Contains(names, batch) {
			return nil, fmt.Errorf("none of the run-time sizes %s is called B: use --size instead of --batch", strings.Join(names, ", "))
		}
		out[batch] = *c.Batch
	}
	for _, v := range out {
		if v < 0 || v > 1<<40 {
			return nil, errors.New("sizes are from 0 to 2^40")
		}
	}
	return out, nil
}

// sizeNames lists the run-time sizes of a module.
func sizeNames(m *ir.Module) []string {
	names := map[string]bool{}
	for _, e := range m.Exports {
		for _, v := range slices.Concat(e.Func.Params, e.Func.Results) {
			for _, n := range v.Type.Shape {
				n.Dims(func(d *ir.Dim) { names[d.Name] = true })
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func summarise(u *unit, sizes map[string]int64) *summary {
	s := &summary{File: u.name(), Package: u.module.Package, Sizes: sizes, Models: []modelSummary{}, Functions: []costs{}}
	for _, m := range u.module.Models {
		s.Models = append(s.Models, summariseModel(u.module, m))
	}
	for i, e := range u.module.Exports {
		c := costsOf(e, u.programs[i])
		c.Flops, c.Moved, c.Workspace = c.Flops.at(sizes), c.Moved.at(sizes), c.Workspace.at(sizes)
		if c.Kept != nil {
			c.Kept = c.Kept.at(sizes)
		}
		s.Functions = append(s.Functions, c)
	}
	return s
}

func summariseModel(mod *ir.Module, m *ir.Model) modelSummary {
	s := modelSummary{Name: m.Name, DType: m.DType.String(), Inputs: []string{}, Output: []string{}, Layers: []layerSummary{}}
	for _, e := range mod.Exports {
		if e.Kind != ir.ExportForward || e.Model != m {
			continue
		}
		for i, b := range e.Args {
			if b.Kind == ir.BindInput {
				s.Inputs = append(s.Inputs, e.Func.Params[i].Type.String())
			}
		}
		for _, r := range e.Func.Results {
			s.Output = append(s.Output, r.Type.String())
		}
	}
	add := func(p *ir.Param, state bool) int64 {
		layer, t := "", tensorSummary{Name: p.Name, Shape: append([]int64{}, p.Shape...), Count: 1, State: state}
		if i := strings.LastIndexByte(p.Name, '.'); i >= 0 {
			layer = p.Name[:i]
		}
		for _, n := range p.Shape {
			t.Count *= n
		}
		i := slices.IndexFunc(s.Layers, func(l layerSummary) bool { return l.Name == layer })
		if i < 0 {
			i = len(s.Layers)
			s.Layers = append(s.Layers, layerSummary{Name: layer})
		}
		s.Layers[i].Tensors = append(s.Layers[i].Tensors, t)
		return t.Count
	}
	for _, p := range m.Params {
		s.Parameters += add(p, false)
	}
	for _, p := range m.State {
		s.State += add(p, true)
	}
	s.Bytes = (s.Parameters + s.State) * int64(m.DType.Size())
	return s
}
