package main

import (
	"strings"

	"github.com/gradgen/gradgen/ir"
)

// namesOf lists what a function answers to.
func namesOf(e *ir.Export) []string {
	names := []string{e.Name}
	switch e.Kind {
	case ir.ExportForward:
		names = append(names, e.Name+"Forward", e.Name+".Forward")
	case ir.ExportInit:
		names = append(names, e.Name+"Init", e.Name+".Init")
	case ir.ExportStep:
		names = append(names, e.Name+"Step", e.Name+".Step")
	default:
		names = append(names, e.Name+e.Derives, e.Name+e.Derives+strings.Join(e.By, ""))
	}
	return names
}

// title is how text for people calls a function.
func title(e *ir.Export) string {
	switch e.Kind {
	case ir.ExportForward:
		return e.Model.Name + ".Forward"
	case ir.ExportInit:
		return e.Model.Name + ".Init"
	case ir.ExportStep:
		return e.Trainer.Name + ".Step"
	}
	switch {
	case e.Derives == "":
		return e.Name
	case len(e.By) == 0:
		return e.Name + " " + e.Derives
	}
	return e.Name + " " + e.Derives + "(" + strings.Join(e.By, ", ") + ")"
}
