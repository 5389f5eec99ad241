//go:build !linux

package main

// memory is n bytes or more.
func memory(n int) []byte { return make([]byte, (n+15)&^7) }

func release([]byte) {}
