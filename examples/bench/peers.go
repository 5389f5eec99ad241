package main

import (
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
	c.compiled("gcc", exec.Command("gcc", "-O3", "-march=native", "-ffast-math", "-o", c.binary("gcc"), "peers/c/peer.c", "-lm"), dir)
	for _, python := range pythons {
		c.start("PyTorch of "+python, exec.Command(python, "peers/torch/peer.py", dir),
			"OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1")
	}
	// GoMLX has vector kernels only with Go's experiment.
	gomlx := c.framework("gomlx")
	gomlx.Env = append(os.Environ(), "GOEXPERIMENT=simd")
	c.compiled("gomlx", gomlx, dir, "GOMAXPROCS=1", "GOMLX_BACKEND=go")
	// Gorgonia refuses to start with a Go newer than itself unless told so.
	c.compiled("gorgonia", c.framework("gorgonia"), dir,
		"GOMAXPROCS=1", "ASSUME_NO_MOVING_GC_UNSAFE_RISK_IT_WITH="+minor())
	return c
}

// portable is this program with generated code in plain Go.
func (c *crew) portable() {
	c.compiled("portable", exec.Command("go", "build", "-tags", "purego", "-o", c.binary("portable"), "."), "-serve", "GOMAXPROCS=1")
}

// framework compiles a command of the module of frameworks.
func (c *crew) framework(name string) *exec.Cmd {
	return exec.Command("go", "build", "-C", "peers/frameworks", "-o", c.binary(name), "./"+name)
}

// binary is where a peer is compiled to.
func (c *crew) binary(name string) string { return filepath.Join(c.dir, name) }

// compiled compiles a peer to its binary and starts it with one argument.
func (c *crew) compiled(name string, compile *exec.Cmd, argument string, env ...string) {
	if out, err := compile.CombinedOutput(); err != nil {
		if len(out) > 0 {
			err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(out)))
		}
		c.absent = append(c.absent, missing{name, err})
		return
	}
	c.start(name, exec.Command(c.binary(name), argument), env...)
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
