package tiny

//go:generate go tool gradgen
