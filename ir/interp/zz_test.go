package interp_test
import ("testing";"math";"time";"fmt"
"github.com/gradgen/gradgen/ir"
"github.com/gradgen/gradgen/ir/interp"
"github.com/gradgen/gradgen/ir/autodiff"
"github.com/gradgen/gradgen/ir/pass"
"github.com/gradgen/gradgen/ir/randprog")
func TestZZ(t *testing.T) {
	for seed := uint64(0); seed < 1200; seed++ {
		done := make(chan bool)
		go func() {
		defer close(done)
		b := ir.NewBuilder()
		p := randprog.New(b, seed, randprog.Options{DType: ir.F64, Steps: 8, Scans: true})
		args := make([]interp.Array, len(p.Args))
		for k, v := range p.Func.Params {
			shape := []int{}
			for _, s := range v.Type.Shape {
				if n, ok := s.IsConst(); ok { shape = append(shape, int(n)) } else { shape = append(shape, p.Dims[s.String()]) }
			}
			args[k] = interp.Of(v.Type.DType, shape, p.Args[k]...)
		}
		g, err := autodiff.Grad(b, p.Func, p.Wrt)
		if err != nil { fmt.Println(seed, err); return }
		if err := ir.Verify(g); err != nil { fmt.Println(seed, "grad", err) }
		want, err := interp.Run(g, args, interp.Options{})
		if err != nil { fmt.Println(seed, err); return }
		bad := false
		pass.Optimize(b, g, pass.Options{After: func(q pass.Pass, f *ir.Func) {
			if bad { return }
			if err := ir.Verify(f); err != nil { bad = true; fmt.Println(seed, q.Name, err); return }
			out, err := interp.Run(f, args, interp.Options{})
			if err != nil { bad = true; fmt.Println(seed, q.Name, err); return }
			for k := range out { for i := range out[k].Data {
				a, w := out[k].Data[i], want[k].Data[i]
				if !(math.Abs(a-w) <= 1e-9*max(1, math.Abs(w))) && !(a != a && w != w) && !bad { bad = true; fmt.Println(seed, q.Name, "result", k, i, a, w) }
			}}
		}})
		}()
		select { case <-done: case <-time.After(8*time.Second): fmt.Println(seed, "HANGS"); return }
	}
}
