package main

import (
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/gradgen/gradgen/examples/bench/turn"
)

// profile runs each workload for some seconds and writes where the time went.
func profile(dir string, list []*workload) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, w := range list {
		name := strings.NewReplacer(":", "", ",", "", " ", "_").Replace(w.name)
		f, err := os.Create(filepath.Join(dir, name+".prof"))
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		for calls, start := 1, time.Now(); time.Since(start) < 3*time.Second; {
			turn.PerCall(w.run, &calls)
		}
		pprof.StopCPUProfile()
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}
