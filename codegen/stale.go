package codegen

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// stale lists the generated files that an output no longer has: of its source,
// those that are not made any more, as the kernels of one that has none now; of
// a directory, those whose sources are gone.
func (t *Tree) stale(o Output) ([]string, error) {
	entries, err := fs.ReadDir(t.root.FS(), path.Clean(o.Dir))
	if err != nil {
		return nil, err
	}
	own := "" // no source
	if len(o.Files) > 0 {
		own = stemOf(o.Files[0].Name)
	}
	stems := []string{own}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), SourceSuffix) {
			if name, err := OutputName(e.Name()); err == nil {
				stems = append(stems, stemOf(name))
			}
		}
	}
	var out []string
	for _, e := range entries {
		stem := stemOf(e.Name())
		if stem == "" || !e.Type().IsRegular() {
			continue
		}
		owner := t.owner(o.Dir, stem, e.Name(), stems)
		name := owner + strings.TrimPrefix(e.Name(), stem)
		if owner != own || slices.ContainsFunc(o.Files, func(f File) bool { return f.Name == name }) {
			continue
		}
		at := path.Join(o.Dir, e.Name())
		data, err := t.root.ReadFile(filepath.FromSlash(at))
		if err != nil {
			return nil, err
		}
		if IsGenerated(data) {
			out = append(out, at)
		}
	}
	return out, nil
}

// owner is the stem of the source that a file belongs to, "" if it is gone. A
// system that ignores case keeps a file under the name that it was first given,
// although its source may have been renamed.
func (t *Tree) owner(dir, stem, name string, stems []string) string {
	if slices.Contains(stems, stem) {
		return stem
	}
	for _, s := range stems {
		if strings.EqualFold(s, stem) && t.same(path.Join(dir, name), path.Join(dir, s+strings.TrimPrefix(name, stem))) {
			return s
		}
	}
	return ""
}

// same reports whether two names are of one file.
func (t *Tree) same(a, b string) bool {
	x, err := t.root.Lstat(filepath.FromSlash(a))
	if err != nil {
		return false
	}
	y, err := t.root.Lstat(filepath.FromSlash(b))
	return err == nil && os.SameFile(x, y)
}
