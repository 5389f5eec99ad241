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

// Diff returns what [Tree.Write] would change, as a unified diff, and what it
// would leave behind: a generated file in one of the directories whose source
// is gone is shown as removed. The diff is empty when all is up to date.
func (t *Tree) Diff(out []Output) (string, error) {
	if err := distinct(out); err != nil {
		return "", err
	}
	changes := map[string]string{}
	wanted := map[string]bool{}
	dirs := map[string]bool{}
	for _, o := range out {
		dirs[path.Clean(o.Dir)] = true
		for _, f := range o.Files {
			name := path.Join(o.Dir, f.Name)
			wanted[name] = true
			old, err := t.root.ReadFile(filepath.FromSlash(name))
			oldName := "a/" + name
			if errors.Is(err, fs.ErrNotExist) {
				oldName = "/dev/null"
			} else if err != nil {
				return "", err
			}
			changes[name] = udiff.Unified(oldName, "b/"+name, string(old), string(f.Data))
		}
	}
	for dir := range dirs {
		orphans, err := t.orphans(dir, wanted)
		if err != nil {
			return "", err
		}
		for _, name := range orphans {
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

// orphans lists the generated files of a directory whose source is gone, and
// those that a source among the outputs no longer makes.
func (t *Tree) orphans(dir string, wanted map[string]bool) ([]string, error) {
	entries, err := fs.ReadDir(t.root.FS(), dir)
	if err != nil {
		return nil, err
	}
	sources, made := map[string]bool{}, map[string]bool{}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), SourceSuffix) {
			if name, err := OutputName(e.Name()); err == nil {
				sources[stem(name)] = true
			}
		}
	}
	for name := range wanted {
		if path.Dir(name) == dir {
			made[stem(path.Base(name))] = true
		}
	}
	var out []string
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if !e.Type().IsRegular() || stem(e.Name()) == "" || wanted[name] || sources[stem(e.Name())] && !made[stem(e.Name())] {
			continue
		}
		data, err := t.root.ReadFile(filepath.FromSlash(name))
		if err != nil {
			return nil, err
		}
		if IsGenerated(data) {
			out = append(out, name)
		}
	}
	return out, nil
}

// stem is what the names of all files made from one source begin with, and ""
// for names that are not of that form.
func stem(name string) string {
	if i := strings.LastIndex(name, "_grad"); i > 0 {
		return name[:i]
	}
	return ""
}
