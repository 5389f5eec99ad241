//go:build !purego

package runtime

import "github.com/gradgen/gradgen/runtime/internal/isa"

var vectors = isa.Best()
