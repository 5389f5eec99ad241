package autodiff

import "github.com/gradgen/gradgen/ir"

// Independent is the number of leading axes along which outputs are independent.
func Independent(b *ir.Builder, y *ir.Value, wrt []*ir.Value) int {
	_, axes := sliced(b, y, wrt)
	return len(axes)
}
