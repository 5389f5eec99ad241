package mlp

//go:generate go tool gradgen
