package arm

//go:generate go tool gradgen
