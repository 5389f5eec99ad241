package portable

import "github.com/gradgen/gradgen/runtime/internal/kernel"

func gather[T float32 | float64](g *kernel.Gather[T]) {
	across := g.Across[g.AcrossOff:][:g.Cols]
	for k, down := range g.Down[g.DownOff:][:g.Rows] {
		to := g.To[g.ToOff+k*g.ToRow:][:len(across)]
		off := g.FromOff + int(down)
		for i, at := range across {
			to[i] = g.From[off+int(at)]
		}
	}
}
