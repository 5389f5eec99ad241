package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// missing is a peer that could not be started.
type missing struct {
	name string
	err  error
}

// assemble starts all peers that this machine has. What is compiled goes to
// dir, where the inputs are.
func assemble(dir string, pythons []string) (peers []peer, absent []missing) {
	add := func(name string, command *exec.Cmd, err error) {
		if err == nil {
			var p *process
			if p, err = start(command); err == nil {
				peers = append(peers, p)
				return
			}
		}
		absent = append(absent, missing{name, err})
	}
	built := func(name string, compile *exec.Cmd, argument string, env ...string) {
		binary := filepath.Join(dir, strings.ReplaceAll(name, " ", "_"))
		compile.Args = append(compile.Args, binary)
		err := quiet(compile)
		run := exec.Command(binary, argument)
		run.Env = append(os.Environ(), env...)
		add(name, run, err)
	}

	built("portable", exec.Command("go", "build", "-tags", "purego", "-o"), "-serve", "GOMAXPROCS=1")
	peers = append(peers, gonum{})
	built("gcc", exec.Command("gcc", "-O3", "-march=native", "-ffast-math", "peers/c/peer.c", "-lm", "-o"), dir)
	for _, python := range pythons {
		command := exec.Command(python, "peers/torch/peer.py", dir)
		command.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1")
		add("PyTorch of "+python, command, nil)
	}
	gomlx := exec.Command("go", "build", "-C", "peers/gomlx", "-o")
	gomlx.Env = append(os.Environ(), "GOEXPERIMENT=simd")
	built("GoMLX", gomlx, dir, "GOMAXPROCS=1", "GOMLX_BACKEND=go")
	// The library refuses to start with a Go newer than itself unless told so.
	built("Gorgonia", exec.Command("go", "build", "-C", "peers/gorgonia", "-o"), dir,
		"GOMAXPROCS=1", "ASSUME_NO_MOVING_GC_UNSAFE_RISK_IT_WITH="+minor())
	return peers, absent
}

// quiet runs a command and makes what it writes the error.
func quiet(c *exec.Cmd) error {
	out, err := c.CombinedOutput()
	if err == nil || errors.Is(err, exec.ErrNotFound) {
		return err
	}
	return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(out)))
}
