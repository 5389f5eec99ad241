package ir_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// demandText shows what f demands: parameter in [least, limit), an end that nothing depends on left out.
func demandText(f *ir.Func, list []ir.Demand) string {
	var out []string
	for _, d := range list {
		least, limit := "", ""
		if d.HasLeast() {
			least = fmt.Sprint(d.Least, " <= ")
		}
		if d.HasLimit() {
			limit = fmt.Sprint(" < ", d.Limit)
		}
		out = append(out, fmt.Sprint(least, f.Params[d.Param], limit))
	}
	return strings.Join(out, "; ")
}

func TestDemands(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"no index array is used", "y : f32[N]; y[n] = x[n,0]", ""},
		{"a plain read", "y : f32[N]; y[n] = x[n,k[n]]", "0 <= k < 3"},
		{"one by another", "y : f32[M]; y[m] = v[j[k[m]]] where N >= M", "0 <= j < M; 0 <= k < M"},
		{"a number added", "y : f32[N]; y[n] = v[k[n] - 1]", "1 <= k < M + 1"},
		{"two arrays of other sizes", "y : f32[N]; y[n] = v[k[n]] + x[0,k[n]] where N >= 1", "0 <= k < M; 0 <= k < 3"},
		{"the smaller of two sizes", "y : f32[N]; y[n] = v[k[n]] + v[k[n] + 1] + v[k[n] - 1]", "1 <= k < M - 1"},
		{"guarded from both sides", "y : f32[N]; y[n] = if k[n] >= 0 and k[n] < 3 then x[n,k[n]] else 0", ""},
		{"guarded from below", "y : f32[N]; y[n] = if k[n] >= 0 then x[n,k[n]] else 0", "k < 3"},
		{"guarded from above", "y : f32[N]; y[n] = if k[n] < 3 then x[n,k[n]] else 0", "0 <= k"},
		{"guarded in one of two places", "y : f32[N]; y[n] = x[n,k[n]] + (if k[n] >= 0 and k[n] < 3 then x[n,k[n]] else 0)", "0 <= k < 3"},
		{"guarded by the other side", "y : f32[N]; y[n] = if k[n] >= 3 then 0 else x[n,k[n]]", "0 <= k"},
		{"under a domain", "y : f32; y = sum[n < N where k[n] >= 0 and k[n] < 3] x[n,k[n]]", ""},
		{"written", "y : f32[3]; y[k[n]] += 1 for n < N", "0 <= k < 3"},
		{"written under a domain", "y : f32[3]; y[k[n]] += 1 for n < N where k[n] >= 0 and k[n] < 3", ""},
		{"read by a condition", "y : f32[N]; y[n] = if j[k[n]] >= 1 then 1 else 0", "0 <= k < M"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(strings.Replace(verifyFrame, "LINE", c.line, 1), "  input s", "  input j : i32[M]\n  input s", 1)
			f, err := ir.ParseFunc(ir.NewBuilder(), text)
			if err != nil {
				t.Fatal(err)
			}
			if err := ir.Verify(f); err != nil {
				t.Fatal(err)
			}
			list, err := ir.Demands(f)
			if err != nil {
				t.Fatal(err)
			}
			if got := demandText(f, list); got != c.want {
				t.Errorf("demands %q, want %q", got, c.want)
			}
		})
	}
}

// TestDemandsOfUnsound: an index that nothing keeps inside is no demand but an error.
func TestDemandsOfUnsound(t *testing.T) {
	f, err := ir.ParseFunc(ir.NewBuilder(), strings.Replace(verifyFrame, "LINE", "w : i32[N]; w[n] = i32(z[n]) y : f32[N]; y[n] = x[n,w[n]]", 1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ir.Demands(f); err == nil || !strings.Contains(err.Error(), "may be negative") {
		t.Errorf("error %v", err)
	}
}
