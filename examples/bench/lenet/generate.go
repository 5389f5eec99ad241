package lenet

//go:generate go tool gradgen
