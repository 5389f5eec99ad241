//go:build purego || !amd64

package runtime

const vectors = Portable
