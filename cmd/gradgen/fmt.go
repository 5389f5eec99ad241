package main

import (
	"bytes"
	"errors"
	"io"

	"github.com/aymanbagabas/go-udiff"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
)

type fmtCommand struct {
	List    bool     `short:"l" help:"Print the names of files whose form differs, instead of their text."`
	Diff    bool     `short:"d" help:"Print a unified diff instead of the text."`
	Write   bool     `short:"w" help:"Write the files instead of printing their text."`
	Sources []string `arg:"" optional:"" name:"source" complete:"sources" help:"Source files, directories, ./..., or - for the standard input."`
}

func (c *fmtCommand) Run(t *tool) error {
	if len(c.Sources) == 1 && c.Sources[0] == "-" {
		return c.stdin(t)
	}
	for _, u := range t.through(t.choose(c.Sources).sources, formatted) {
		if c.Write && !bytes.Equal(u.form, u.text.Text) {
			if err := u.mod.replace(u.path, u.form); err != nil {
				t.fail(err)
				continue
			}
		}
		if err := c.show(t, u.name(), u.text.Text, u.form); err != nil {
			return err
		}
	}
	return nil
}

func formatted(u *unit) error {
	file, list := syntax.Parse(u.text)
	u.list, u.form = list, syntax.Format(file)
	return nil
}

// stdin formats the standard input to the standard output, for editors.
func (c *fmtCommand) stdin(t *tool) error {
	if c.Write {
		return errors.New("cannot write the standard input back")
	}
	text, err := io.ReadAll(io.LimitReader(t.stdin, maxSource))
	if err != nil {
		return err
	}
	file, list := syntax.Parse(diag.NewSource("<standard input>", text))
	if t.findings.Add(list...); list.HasErrors() {
		return nil
	}
	return c.show(t, "<standard input>", text, syntax.Format(file))
}

// show prints what the flags ask for.
func (c *fmtCommand) show(t *tool, name string, old, text []byte) error {
	changed := !bytes.Equal(old, text)
	if c.List && changed {
		if err := t.print(quoted(name) + "\n"); err != nil {
			return err
		}
	}
	if c.Diff && changed {
		name := quoted(name)
		return t.print(t.plain.diff(udiff.Unified("a/"+name, "b/"+name, string(old), string(text))))
	}
	if c.List || c.Diff || c.Write {
		return nil
	}
	return t.print(string(text))
}
