package codegen

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Diff returns what [Tree.Write] would change, as a unified diff. It is empty
// when all is up to date.
func (t *Tree) Diff(out []Output) (string, error) {
	if err := distinct(out); err != nil {
		return "", err
	}
	changes := map[string]string{}
	for _, o := range out {
		for _, f := range o.Files {
			name := path.Join(o.Dir, f.Name)
			old, err := t.root.ReadFile(filepath.FromSlash(name))
			oldName := "a/" + name
			if errors.Is(err, fs.ErrNotExist) {
				oldName = "/dev/null"
			} else if err != nil {
				return "", err
			}
			changes[name] = udiff.Unified(oldName, "b/"+name, string(old), string(f.Data))
		}
		stale, err := t.stale(o)
		if err != nil {
			return "", err
		}
		for _, name := range stale {
			old, err := t.root.ReadFile(filepath.FromSlash(name))
			if err != nil {
				return "", err
			}
			changes[name] = udiff.Unified("a/"+name, "/dev/null", string(old), "")
		}
	}
	var b strings.Builder
	names := make([]string, 0, len(changes))
	for name := range changes {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		b.WriteString(changes[name])
	}
	return b.String(), nil
}
