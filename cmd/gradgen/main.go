// Command gradgen compiles models written in the gradgen language (.grad
// files) to Go, with their derivatives.
//
// Put this into a Go file beside the models, and run go generate:
//
//	//go:generate go tool gradgen
//
// gradgen --help lists the commands. Each stands in the file of its name, as a
// struct whose fields are its flags and whose Run does it; the rest is what they
// share:
//
//	tool.go      where a run writes, what it found, how it exits
//	style.go     colour
//	sources.go   from arguments to source files
//	module.go    the Go module around them: reading, importing, replacing
//	package.go   the package that generated files belong to
//	compile.go   a source's way through the stages, several at a time
//	fault.go     errors of the generator
//	exports.go   how the functions of a module are called
//	costs.go     what functions cost, for the summary
//	table.go     aligned columns
//
// What a source means is decided in package dsl, and what is written in package
// codegen; nothing here knows the language.
package main

import (
	"os"
	"runtime/debug"

	"github.com/alecthomas/kong"

	"github.com/gradgen/gradgen/dsl"
)

// commands is the command line: kong reads names, flags and help off it.
type commands struct {
	Format string `enum:"text,json" default:"text" placeholder:"text|json" help:"How findings are printed on the standard error: for people, or as one JSON object."`

	Generate   generateCommand   `cmd:"" default:"withargs" help:"Write the Go files of models. This is what happens without a command."`
	Check      checkCommand      `cmd:"" help:"Print what generate would change, as a unified diff; exit 3 if anything."`
	Vet        vetCommand        `cmd:"" help:"Check types, shapes and numerics; write nothing."`
	Fmt        fmtCommand        `cmd:"" help:"Format sources."`
	Explain    explainCommand    `cmd:"" help:"Explain an error code, or list all."`
	Summary    summaryCommand    `cmd:"" help:"Print layers, parameters, arithmetic and memory."`
	IR         irCommand         `cmd:"" name:"ir" help:"Print a stage of the compiler as text."`
	Init       initCommand       `cmd:"" help:"Start a model: a commented source and a generate.go, where there are none."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
	Completion completionCommand `cmd:"" help:"Print a completion script for a shell."`
}

const description = `A compiler for differentiable models: .grad files become Go with derivatives.

Arguments are source files, directories, or ./... for everything below; without any, the sources of the current directory. Exit status: 0 fine, 1 a model is wrong, 2 usage or input/output, 3 generated files are stale.`

func main() {
	// A run is short and holds little: most end before they have made 128 MB,
	// the size at which garbage is collected first, and save a third of their
	// time. The limit keeps those that go on small.
	debug.SetGCPercent(3200)
	debug.SetMemoryLimit(200 << 20)
	go dsl.Prepare() // while the command line is read: almost every command compiles
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	var c commands
	app := kong.Must(&c, kong.Name("gradgen"), kong.Description(description),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}))
	t := newTool(os.Stdin, os.Stdout, os.Stderr)
	ctx, err := app.Parse(args)
	t.json = c.Format == "json"
	if err != nil {
		t.fail(err)
		return t.finish()
	}
	if err := ctx.Run(t); err != nil {
		t.fail(err)
	}
	return t.finish()
}
