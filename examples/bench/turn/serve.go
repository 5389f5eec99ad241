package turn

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
)

// Workload is something that can be called again and again, and numbers that
// every implementation must agree on.
type Workload struct {
	Run     func()
	Values  func() []float64
	Several bool // threads
}

// Introduction is the first line of a process that serves.
type Introduction struct {
	Name      string   `json:"name"`
	Workloads []string `json:"workloads"`
}

// Answer is a line for each request: values at first, then times.
type Answer struct {
	Values      []float64 `json:"values,omitempty"`
	Nanoseconds float64   `json:"nanoseconds,omitempty"`
}

// Serve introduces itself and answers requests. A request is a line that names
// a workload.
func Serve(in io.Reader, out io.Writer, hello Introduction, make func(name string) Workload) error {
	say := json.NewEncoder(out)
	if err := say.Encode(hello); err != nil {
		return err
	}
	type running struct {
		Workload
		calls int
	}
	made := map[string]*running{}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		name, answer := lines.Text(), Answer{}
		if w := made[name]; w != nil {
			if w.Several {
				Settle(w.Run)
			}
			answer.Nanoseconds = PerCall(w.Run, &w.calls)
		} else {
			w := &running{make(name), 1}
			made[name], answer.Values = w, w.Values()
		}
		if err := say.Encode(answer); err != nil {
			return err
		}
	}
	return lines.Err()
}

// Load reads n numbers of one array of the inputs that lie in dir.
func Load[T int32 | float32 | float64](dir, workload, name string, n int) ([]T, error) {
	f, err := os.Open(filepath.Join(dir, workload, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	x := make([]T, n)
	return x, binary.Read(f, binary.LittleEndian, x)
}
