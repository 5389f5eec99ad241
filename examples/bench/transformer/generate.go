package transformer

//go:generate go tool gradgen
