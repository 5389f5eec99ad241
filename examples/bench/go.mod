module github.com/gradgen/gradgen/examples/bench

go 1.26.0

require (
	github.com/gradgen/gradgen v0.0.0
	gonum.org/v1/gonum v0.17.0
)

require (
	github.com/alecthomas/kong v1.17.0 // indirect
	github.com/alecthomas/participle/v2 v2.1.4 // indirect
	github.com/aymanbagabas/go-udiff v0.4.1 // indirect
	github.com/dave/jennifer v1.7.1 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/term v0.47.0 // indirect
)

replace github.com/gradgen/gradgen => ../..

tool github.com/gradgen/gradgen/cmd/gradgen
