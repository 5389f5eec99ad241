package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
)

// report is everything that was found.
type report struct {
	machine string
	peers   []string
	absent  []missing
	results []*result
}

// fraction of a ceiling that the least time is; 0 if there is no ceiling.
func (r *result) fraction(ceiling float64) float64 {
	if ceiling == 0 {
		return 0
	}
	return r.flops / (r.ours.least() * 1e-9) / ceiling
}

// ofCopies is what part of the results that copies compute, a core each, workers do
// who share the work of each; 0 if there is but one.
func (r *result) ofCopies() float64 {
	if len(r.copies) == 0 {
		return 0
	}
	return r.copies.least() / r.ours.least()
}

// percent is a fraction as the table has it.
func percent(f float64) string {
	if f == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100*f)
}

// of finds what a peer did; nil if it does not do this workload.
func (r *result) of(peer string) *comparison {
	for i := range r.against {
		if r.against[i].peer == peer {
			return &r.against[i]
		}
	}
	return nil
}

// table prints a line for each workload. A ratio below 1 is in favour of the
// generated code.
func (r *report) table(out io.Writer) error {
	fmt.Fprintln(out, r.machine)
	r.ceilings(out)
	width := 0
	for _, w := range r.results {
		width = max(width, len(w.name))
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "%-*s\tleast\tmedian\tof ceiling\tat its clock\tof copies\tallocations\t", width, "workload")
	for _, p := range r.peers {
		fmt.Fprintf(t, "/ %s\t", p)
	}
	fmt.Fprintln(t)
	for _, w := range r.results {
		fmt.Fprintf(t, "%-*s\t%s\t%s\t", width, w.name, pretty(w.ours.least()), pretty(w.ours.median()))
		for _, f := range []float64{w.fraction(w.ceiling), w.fraction(w.clocked), w.ofCopies()} {
			fmt.Fprintf(t, "%s\t", percent(f))
		}
		fmt.Fprintf(t, "%.0f\t", w.allocs)
		for _, p := range r.peers {
			switch c := w.of(p); {
			case c == nil:
				fmt.Fprint(t, "–\t")
			case c.fault != nil:
				fmt.Fprint(t, "failed\t")
			default:
				fmt.Fprintf(t, "%.3g of %s\t", w.ours.least()/c.times.least(), pretty(c.times.least()))
			}
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, a := range r.absent {
		fmt.Fprintf(out, "not installed: %s (%v)\n", a.name, a.err)
	}
	return nil
}

// disagreement is an error if any peer failed or computed something else.
func (r *report) disagreement() error {
	var list []error
	for _, w := range r.results {
		for _, c := range w.against {
			if c.fault != nil {
				list = append(list, fmt.Errorf("%s, %s: %w", w.name, c.peer, c.fault))
			}
		}
	}
	return errors.Join(list...)
}

// ceilings says what the fractions are of.
func (r *report) ceilings(out io.Writer) {
	for _, cores := range []int{1, 2} {
		for _, element := range []int{4, 8} {
			most := 0.0
			for _, w := range r.results {
				if max(w.workers, 1) == cores && w.element == element {
					most = max(most, w.ceiling)
				}
			}
			if most > 0 {
				fmt.Fprintf(out, "ceiling of %d core(s), f%d: %.0f GF/s\n", cores, 8*element, most/1e9)
			}
		}
	}
}

// pretty is a duration with three digits.
func pretty(nanoseconds float64) string {
	units := []string{"ns", "µs", "ms", "s"}
	for nanoseconds >= 999.5 && len(units) > 1 {
		nanoseconds, units = nanoseconds/1000, units[1:]
	}
	digits := 2
	for limit := 9.995; nanoseconds >= limit && digits > 0; limit *= 10 {
		digits--
	}
	return fmt.Sprintf("%.*f %s", digits, nanoseconds, units[0])
}

// json writes the same as data; times are nanoseconds.
func (r *report) json(out io.Writer) error {
	type rival struct {
		Name          string
		Least, Median float64 `json:",omitempty"`
		Ratio         float64 `json:",omitempty"` // of the least times, generated to peer
		Fault         string  `json:",omitempty"`
	}
	type row struct {
		Workload      string
		Least, Median float64
		Flops         float64 `json:",omitempty"`
		Ceiling       float64 `json:",omitempty"` // operations a second …
		Clocked       float64 `json:",omitempty"` // … and at the clock of the workload
		Fraction      float64 `json:",omitempty"` // of Ceiling
		Copies        float64 `json:",omitempty"` // time of a result of copies, one a core
		Allocations   float64
		Peers         []rival `json:",omitempty"`
	}
	type gone struct{ Name, Reason string }
	data := struct {
		Machine      string
		Results      []row
		NotInstalled []gone
	}{Machine: r.machine}
	for _, w := range r.results {
		row := row{
			Workload: w.name, Least: w.ours.least(), Median: w.ours.median(),
			Flops: w.flops, Ceiling: w.ceiling, Clocked: w.clocked, Fraction: w.fraction(w.ceiling), Allocations: w.allocs,
		}
		if len(w.copies) > 0 {
			row.Copies = w.copies.least()
		}
		for _, c := range w.against {
			rival := rival{Name: c.peer}
			if c.fault != nil {
				rival.Fault = c.fault.Error()
			} else {
				rival.Least, rival.Median = c.times.least(), c.times.median()
				rival.Ratio = w.ours.least() / c.times.least()
			}
			row.Peers = append(row.Peers, rival)
		}
		data.Results = append(data.Results, row)
	}
	for _, a := range r.absent {
		data.NotInstalled = append(data.NotInstalled, gone{a.name, a.err.Error()})
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(data)
}
