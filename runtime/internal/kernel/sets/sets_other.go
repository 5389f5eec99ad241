//go:build purego || !amd64

package sets

import "github.com/gradgen/gradgen/runtime/internal/kernel"

func native32() []*kernel.Set[float32] { return nil }
func native64() []*kernel.Set[float64] { return nil }
