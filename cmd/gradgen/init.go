package main

import (
	_ "embed"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/gradgen/gradgen/codegen"
)

type initCommand struct {
	Dir string `arg:"" optional:"" default:"." complete:"folders" help:"The directory to begin in; the current one by default."`
}

// starter is a model to begin with; the test of this command compiles it.
//
//go:embed starter.grad
var starter []byte

const (
	starterName   = "model.grad"
	generatorName = "generate.go"
)

func (c *initCommand) Run(t *tool) error {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return err
	}
	m, err := t.modules.of(dir)
	if err != nil {
		return fmt.Errorf("%s: %w", quoted(c.Dir), cause(err))
	}
	p, err := m.path(dir)
	if err != nil {
		return err
	}
	entries, err := fs.ReadDir(m.root.FS(), p)
	if err != nil {
		return m.explain(p, err)
	}
	have := map[string]bool{}
	for _, e := range entries {
		have[e.Name()] = true
		if strings.HasSuffix(e.Name(), codegen.SourceSuffix) {
			have[starterName] = true
		}
	}
	generator := "package " + packageOf(m, p) + "\n\n//go:generate go tool gradgen\n"
	var made []string
	for _, f := range []struct {
		name string
		text []byte
	}{{starterName, starter}, {generatorName, []byte(generator)}} {
		if have[f.name] {
			continue
		}
		if err := m.create(filepath.Join(filepath.FromSlash(p), f.name), f.text, 0o644); err != nil {
			return m.explain(p, err)
		}
		made = append(made, quoted(displayed(filepath.Join(dir, f.name))))
	}
	return t.print(nextSteps(m, made))
}

// nextSteps says what was made, and what to do now.
func nextSteps(m *module, made []string) string {
	if len(made) == 0 {
		return "Nothing to do: there is a model and a " + generatorName + " already.\n"
	}
	text := "Made " + strings.Join(made, " and ") + ". Next:\n\n"
	if !m.real {
		text += "\tgo mod init example.com/" + packageNamed(filepath.Base(m.dir)) + "\n"
	}
	mod, _ := m.root.ReadFile("go.mod")
	if !strings.Contains(string(mod), toolPath) {
		text += "\tgo get -tool " + toolPath + "\n"
	}
	return text + "\tgo generate ./...\n"
}

// toolPath is what users add to their modules as a tool.
const toolPath = "github.com/gradgen/gradgen/cmd/gradgen"
