package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// missing is a peer that could not be started.
type missing struct {
	name string
	err  error
}

// crew is the peers that this machine has, and those that it has not.
type crew struct {
	dir    string // of the inputs; what is compiled goes there, too
	peers  []peer
	absent []missing
}

// assemble starts all peers, each for one core.
func assemble(dir string, pythons []string) *crew {
	c := &crew{dir: dir}
	c.portable()
	c.peers = append(c.peers, gonum{})
	c.compiled("gcc", []string{"gcc", "-O3", "-march=native", "-ffast-math", "-o", output, "peers/c/peer.c", "-lm"}, dir)
	for _, python := range pythons {
		c.start("PyTorch of "+python, exec.Command(python, "peers/torch/peer.py", dir),
			"OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1")
	}
	c.compiled("GoMLX", []string{"go", "build", "-C", "peers/frameworks", "-o", output, "./gomlx"}, dir, "GOMAXPROCS=1", "GOMLX_BACKEND=go")
	// Gorgonia refuses to start with a Go newer than itself unless told so.
	c.compiled("Gorgonia", []string{"go", "build", "-C", "peers/frameworks", "-o", output, "./gorgonia"}, dir,
		"GOMAXPROCS=1", "ASSUME_NO_MOVING_GC_UNSAFE_RISK_IT_WITH="+minor())
	return c
}

// portable is this program with generated code in plain Go.
func (c *crew) portable() {
	c.compiled("portable", []string{"go", "build", "-tags", "purego", "-o", output, "."}, "-serve", "GOMAXPROCS=1")
}

// output stands for the file that a compiler writes.
const output = "OUTPUT"

// compiled compiles a peer and starts it with one argument.
func (c *crew) compiled(name string, compile []string, argument string, env ...string) {
	binary := filepath.Join(c.dir, name)
	compile[slices.Index(compile, output)] = binary
	build := exec.Command(compile[0], compile[1:]...)
	// GoMLX has vector kernels only with Go's experiment.
	build.Env = append(os.Environ(), "GOEXPERIMENT=simd")
	if out, err := build.CombinedOutput(); err != nil {
		if len(out) > 0 {
			err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(out)))
		}
		c.absent = append(c.absent, missing{name, err})
		return
	}
	c.start(name, exec.Command(binary, argument), env...)
}

// start starts a peer with more in its environment.
func (c *crew) start(name string, command *exec.Cmd, env ...string) {
	command.Env = append(os.Environ(), env...)
	p, err := start(command)
	if err != nil {
		c.absent = append(c.absent, missing{name, err})
		return
	}
	c.peers = append(c.peers, p)
}
