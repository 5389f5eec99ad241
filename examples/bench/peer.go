package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gradgen/gradgen/examples/bench/turn"
	"github.com/gradgen/gradgen/runtime"
)

// peer is another implementation of some of the workloads.
type peer interface {
	name() string
	has(workload string) bool
	values(workload string) ([]float64, error)
	time(workload string) (float64, error) // nanoseconds a call, of one turn
	close()
}

// process is a peer in a process of its own. It is told a folder, which has a
// folder of inputs for each workload: a file for each array, of numbers alone,
// little-endian. Peers in Go speak and read by package turn. A peer introduces
// itself in one line,
//
//	{"name": "PyTorch 1.13.1", "workloads": ["mlp: sgd step"]}
//
// and then answers a line that is the name of a workload: the first time with
// what it computes, and from then on with the time of a call,
//
//	{"values": [2.31, 2.29]}
//	{"nanoseconds": 428000}
//
// It uses one core, and none while it is not asked.
type process struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
	hello   turn.Introduction
}

// start starts a peer and hears what it can do.
func start(command *exec.Cmd) (*process, error) {
	p := &process{command: command}
	var err error
	if p.in, err = command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var complaints strings.Builder
	command.Stderr = &complaints
	if err := command.Start(); err != nil {
		return nil, err
	}
	p.out = bufio.NewScanner(out)
	p.out.Buffer(nil, 1<<24)
	if err := p.hear(&p.hello); err != nil {
		p.close()
		lines := strings.Split(strings.TrimSpace(complaints.String()), "\n")
		return nil, fmt.Errorf("%w: %s", err, lines[len(lines)-1])
	}
	return p, nil
}

// hear reads one line.
func (p *process) hear(answer any) error {
	if !p.out.Scan() {
		if err := p.out.Err(); err != nil {
			return err
		}
		return io.ErrUnexpectedEOF
	}
	return json.Unmarshal(p.out.Bytes(), answer)
}

// ask names a workload and hears the answer.
func (p *process) ask(workload string) (answer turn.Answer, err error) {
	if _, err := fmt.Fprintln(p.in, workload); err != nil {
		return answer, err
	}
	err = p.hear(&answer)
	return answer, err
}

func (p *process) name() string             { return p.hello.Name }
func (p *process) has(workload string) bool { return slices.Contains(p.hello.Workloads, workload) }

func (p *process) values(workload string) ([]float64, error) {
	answer, err := p.ask(workload)
	return answer.Values, err
}

func (p *process) time(workload string) (float64, error) {
	answer, err := p.ask(workload)
	if err == nil && answer.Nanoseconds <= 0 {
		err = fmt.Errorf("no time in %s", p.out.Bytes())
	}
	return answer.Nanoseconds, err
}

// close ends the process: its input ends.
func (p *process) close() {
	p.in.Close()
	ended := make(chan struct{})
	go func() { p.command.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		p.command.Process.Kill()
	}
}

// prepare writes the inputs of workloads for the peers.
func prepare(dir string, list []*workload) error {
	for _, w := range list {
		if w.inputs == nil {
			continue
		}
		folder := filepath.Join(dir, w.name)
		if err := os.MkdirAll(folder, 0o777); err != nil {
			return err
		}
		for name, v := range w.inputs {
			if err := os.WriteFile(filepath.Join(folder, name), numbers(v), 0o666); err != nil {
				return err
			}
		}
	}
	return nil
}

func numbers(v runtime.View) []byte {
	var data any = v.F32
	switch v.DType() {
	case "F64":
		data = v.F64
	case "I32":
		data = v.I32
	}
	b, err := binary.Append(nil, binary.LittleEndian, data)
	if err != nil {
		panic(err) // slices of numbers are all there is
	}
	return b
}
