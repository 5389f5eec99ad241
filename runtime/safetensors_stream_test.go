package runtime

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestReaderErrorsAreReturned(t *testing.T) {
	broken := errors.New("broken")
	good := file(goodPair, 16)
	for n := range len(good) + 1 {
		m := pair()
		r := io.MultiReader(bytes.NewReader(good[:n]), iotest.ErrReader(broken))
		if got, err := ReadTensors(r, m.all()); !errors.Is(err, broken) || got != int64(n) {
			t.Fatalf("after %d bytes: %d, %v", n, got, err)
		}
		if diff := cmp.Diff(pair().bits(), m.bits()); diff != "" {
			t.Fatal(diff)
		}
	}
	if _, err := ReadTensors(idle{}, pair().all()); !errors.Is(err, io.ErrNoProgress) {
		t.Error(err)
	}
}

// idle is a reader that never returns anything.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

func TestWriterErrorsAreReturned(t *testing.T) {
	var whole bytes.Buffer
	if _, err := WriteTensors(&whole, small().all()); err != nil {
		t.Fatal(err)
	}
	for n := range whole.Len() {
		w := &limited{left: n}
		if got, err := WriteTensors(w, small().all()); err != io.ErrShortBuffer || got != int64(n) {
			t.Fatalf("after %d bytes: %d, %v", n, got, err)
		}
	}
}

// limited is a writer that fails when it is full.
type limited struct{ left int }

func (w *limited) Write(p []byte) (int, error) {
	if len(p) > w.left {
		n := w.left
		w.left = 0
		return n, io.ErrShortBuffer
	}
	w.left -= len(p)
	return len(p), nil
}

func TestReadingBeginsWhereTheFileStands(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model")
	var b bytes.Buffer
	b.WriteString("prologue")
	if _, err := WriteTensors(&b, small().all()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Seek(8, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	m := small().blank()
	if n, err := ReadTensors(f, m.all()); err != nil || n != int64(b.Len()-8) {
		t.Fatal(n, err)
	}
	if diff := cmp.Diff(small().bits(), m.bits()); diff != "" {
		t.Error(diff)
	}
}
