// Command bench times what gradgen generates, and prints one table: how long a
// call takes, what fraction of the processor's ceiling that is, and how it
// compares with the other implementations that the machine has.
//
// A time says little: machines differ, and one machine from run to run. What
// can be repeated are ratios within a run. So every workload is measured in
// rounds, and each round has a turn of the generated code, of the ceiling, and
// of every peer. Of the rounds the least counts; the median stands beside it,
// and if the two are far apart, the machine was busy.
//
// The ceiling is a loop in assembly that does nothing but multiply and add. It
// runs twice: for long, which is the ceiling, and for a moment right after the
// generated code, at the same clock. A core clocks higher when it has done
// nothing but multiply and add for some milliseconds, by 8 % on the server that
// the figures in README.md are from.
//
// Two workers have a ceiling of their own: in every round as many copies of the
// workload as there are cores run at once, one worker each. What part of their
// results workers do who share the work of each is the column "of copies".
//
// Before anything is timed, all implementations compute the same from the same
// inputs, and must agree: losses after steps, gradients, results. The generated
// code in plain Go, a build with the tag purego, is one of the peers.
//
// PyTorch is found by way of an interpreter that has it (Debian's python3-torch,
// or a wheel), and gcc by its name; GoMLX, Gorgonia and gonum come from the
// module proxy. Who cannot be started is listed as not installed.
//
// It runs in this folder, which is a module of its own, so that no peer becomes
// a dependency of gradgen. GODEBUG=cpu.avx512f=off shows what the processor
// does with AVX2 alone.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
)

func main() {
	only := flag.String("only", "", "workloads to measure, a regular `expression`; all if empty")
	rounds := flag.Int("rounds", 25, "rounds, each a turn of everybody")
	asJSON := flag.Bool("json", false, "print JSON instead of a table")
	pythons := flag.String("python", "python3", "interpreters to try PyTorch with, separated by commas")
	alone := flag.Bool("alone", false, "start no peers")
	profiles := flag.String("profile", "", "write a CPU profile of each workload to this `folder`, and measure nothing")
	serving := flag.Bool("serve", false, "be a peer: answer requests on standard input")
	flag.Parse()
	pattern, err := regexp.Compile(*only)
	if err != nil {
		fail(err)
	}
	if *rounds < 1 {
		fail(fmt.Errorf("%d rounds", *rounds))
	}
	all := slices.Concat(computations, generations)
	switch {
	case *serving:
		err = serve(os.Stdin, os.Stdout)
	case *profiles != "":
		err = profile(*profiles, chosen(all, pattern))
	default:
		err = compare(chosen(all, pattern), *rounds, *asJSON, *alone, strings.Split(*pythons, ","))
	}
	if err != nil {
		fail(err)
	}
}

// compare measures workloads and prints what was found.
func compare(list []*workload, rounds int, asJSON, alone bool, pythons []string) error {
	dir, err := os.MkdirTemp("", "gradgen-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := prepare(dir, list); err != nil {
		return err
	}
	report := report{machine: thisMachine()}
	var peers []peer
	if !alone {
		crew := assemble(dir, pythons)
		peers, report.absent = crew.peers, crew.absent
	}
	for _, p := range peers {
		defer p.close()
		report.peers = append(report.peers, p.name())
	}
	for _, w := range list {
		progress(w.name)
		report.results = append(report.results, race(w, peers, rounds))
	}
	progress("")
	if asJSON {
		err = report.json(os.Stdout)
	} else {
		err = report.table(os.Stdout)
	}
	if err == nil {
		err = report.disagreement()
	}
	return err
}

// progress shows on a terminal what is being measured.
func progress(name string) {
	if s, err := os.Stderr.Stat(); err == nil && s.Mode()&os.ModeCharDevice != 0 {
		fmt.Fprintf(os.Stderr, "\r\033[K%s", name)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}
