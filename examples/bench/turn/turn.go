// Package turn is what those share who take part in the benchmark: how a call
// is timed, and how a process serves requests to do so.
package turn

import "time"

// length is how long a turn takes at least, in which calls are counted: short,
// so that some of the turns fall between those of other programs.
const length = 2 * time.Millisecond

// settling is how long the threads of a workload that has several are given to find
// processors of their own: after a turn of somebody else, who has had one, the system
// lets them share one for some milliseconds.
const settling = 8 * time.Millisecond

// Settle calls f again and again until threads of its own have settled down.
func Settle(f func()) {
	for start := time.Now(); time.Since(start) < settling; {
		f()
	}
}

// PerCall is nanoseconds a call, from as many calls as fill a turn. The number
// of calls is the caller's to keep from one turn to the next; it starts at 1. A
// call comes before them that is not timed: it finds the caches as whoever had
// the turn before has left them, which says nothing about f.
func PerCall(f func(), calls *int) float64 {
	f()
	for {
		start := time.Now()
		for range *calls {
			f()
		}
		took := time.Since(start)
		if took >= length || *calls >= 1<<30 {
			return float64(took.Nanoseconds()) / float64(*calls)
		}
		*calls *= 1 + int(min(length/max(took, 1), 100))
	}
}
