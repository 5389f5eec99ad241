package main

import (
	"fmt"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
)

type explainCommand struct {
	Codes []string `arg:"" optional:"" name:"code" complete:"codes" help:"Codes such as GG0109; without any, all are listed."`
}

func (c *explainCommand) Run(t *tool) error {
	if len(c.Codes) == 0 {
		var b strings.Builder
		for _, row := range diag.Codes() {
			fmt.Fprintf(&b, "%s  %s\n", t.plain.bold(string(row.Code)), row.Title)
		}
		return t.print(b.String())
	}
	for i, code := range c.Codes {
		text, err := diag.Explain(code)
		if err != nil {
			return err
		}
		if i > 0 {
			text = "\n" + text
		}
		if err := t.print(text); err != nil {
			return err
		}
	}
	return nil
}
