package runtime

// philox is Philox4x32-10, a bijection of the 128-bit counter c for each
// 64-bit key: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel
// random numbers: as easy as 1, 2, 3", SC 2011, sections 3.2 and 4.3.
func philox(c [4]uint32, k0, k1 uint32) [4]uint32 {
	const (
		m0, m1 = 0xD2511F53, 0xCD9E8D57 // multipliers of the two halves
		w0, w1 = 0x9E3779B9, 0xBB67AE85 // key increments: golden ratio, √3−1
		rounds = 10
	)
	c0, c1, c2, c3 := c[0], c[1], c[2], c[3]
	for range rounds {
		p0, p1 := m0*uint64(c0), m1*uint64(c2)
		c0, c1, c2, c3 = uint32(p1>>32)^c1^k0, uint32(p1), uint32(p0>>32)^c3^k1, uint32(p0)
		k0 += w0
		k1 += w1
	}
	return [4]uint32{c0, c1, c2, c3}
}
