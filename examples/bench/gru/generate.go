package gru

//go:generate go tool gradgen
