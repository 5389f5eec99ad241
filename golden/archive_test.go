package golden

import (
	"bytes"
	"os"
	"strings"
)

// section is a named text of an archive.
type section struct {
	Name string
	Data []byte
}

// archive is a file in the txtar format: a comment, then sections, each after
// a line "-- name --". (The package that defines the format would add a
// module to every user's go.sum for these few lines.)
type archive struct {
	Comment  []byte
	Sections []section
}

func readArchive(path string) (*archive, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	a := &archive{}
	for line := range bytes.Lines(data) {
		if name, ok := marker(line); ok {
			a.Sections = append(a.Sections, section{Name: name})
			continue
		}
		to := &a.Comment
		if n := len(a.Sections); n > 0 {
			to = &a.Sections[n-1].Data
		}
		*to = append(*to, line...)
	}
	return a, nil
}

func marker(line []byte) (string, bool) {
	name, ok := strings.CutPrefix(strings.TrimRight(string(line), "\r\n"), "-- ")
	if !ok {
		return "", false
	}
	name, ok = strings.CutSuffix(name, " --")
	return strings.TrimSpace(name), ok && strings.TrimSpace(name) != ""
}

func (a *archive) bytes() []byte {
	out := bytes.Clone(a.Comment)
	for _, s := range a.Sections {
		out = append(out, "-- "+s.Name+" --\n"...)
		out = append(out, s.Data...)
		if n := len(s.Data); n > 0 && s.Data[n-1] != '\n' {
			out = append(out, '\n')
		}
	}
	return out
}
