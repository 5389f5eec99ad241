// Package peak measures the ceiling of a core: multiply-adds in registers, as
// many as can be in flight, and nothing else. Benchmarks report their speed as
// a fraction of it, measured in the same run. It is here for the benchmarks of
// this repository; nothing that is generated needs it.
package peak

// Loop is a loop of multiply-adds for one kind of vector.
type Loop struct {
	Name  string // of the instructions
	Flops int    // of one turn
	Run   func(turns int)
}
