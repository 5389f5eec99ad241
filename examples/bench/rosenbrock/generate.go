package rosenbrock

//go:generate go tool gradgen
