package runtime

// Key draws random numbers for one step of one seed. It is a value without
// state: what a method returns depends only on (seed, step, site, i), so that
// draws may be made in any order, by any worker, and again. The bits are the
// same on every platform, and are part of the contract of this package.
//
// The generator is Philox4x32-10 (see [Key.Block]). The methods for one
// element read the same blocks: draw from a site through one of them only, or
// numbers are correlated.
type Key struct {
	k0, k1 uint32 // the generator's key: the seed
	step   uint32 // a word of its counter
}

// NewKey returns the key of a step of training, or of step 0 for an
// initialiser. Seeds and steps below 2³² give distinct streams for certain.
func NewKey(seed, step uint64) Key {
	k := Key{uint32(seed), uint32(seed >> 32), uint32(step)}
	if high := uint32(step >> 32); high != 0 {
		c := philox([4]uint32{high, 0x73746570, 0, 0}, k.k0, k.k1) // a stream per 2³² steps
		k.k0, k.k1 = c[0], c[1]
	}
	return k
}

// Block returns the generator's 128 bits for a block of a site: Philox4x32-10
// with the seed as key, and as counter the block's low and high word, the site
// and the step. Vector code that fills arrays draws whole blocks: element i of
// [Key.Uint32] and [Key.Uniform32] is word i%4 of block i/4; element i of the
// 64-bit methods is made from words 2(i%2), the low half, and 2(i%2)+1 of block
// i/2.
func (k Key) Block(site uint32, block uint64) [4]uint32 {
	return philox([4]uint32{uint32(block), uint32(block >> 32), site, k.step}, k.k0, k.k1)
}

// Uint32 returns 32 random bits for element i of a site.
func (k Key) Uint32(site uint32, i uint64) uint32 {
	b := k.Block(site, i>>2)
	return b[i&3]
}

// Uint64 returns 64 random bits for element i of a site.
func (k Key) Uint64(site uint32, i uint64) uint64 {
	b := k.Block(site, i>>1)
	j := 2 * (i & 1)
	return uint64(b[j]) | uint64(b[j+1])<<32
}

// Uniform32 returns a multiple of 2⁻²⁴ in [0, 1), all equally likely.
func (k Key) Uniform32(site uint32, i uint64) float32 {
	return float32(k.Uint32(site, i)>>8) * 0x1p-24
}

// Uniform64 returns a multiple of 2⁻⁵³ in [0, 1), all equally likely.
func (k Key) Uniform64(site uint32, i uint64) float64 {
	return float64(k.Uint64(site, i)>>11) * 0x1p-53
}

// Open64 returns an odd multiple of 2⁻⁵³ in (0, 1), all equally likely and
// symmetric about ½: what the inverse of a distribution function needs, which
// is infinite at 0.
func (k Key) Open64(site uint32, i uint64) float64 {
	return float64(k.Uint64(site, i)>>12)*0x1p-52 + 0x1p-53 // exact, fused or not
}

// Normal64 returns a standard normal number, [Probit] of [Key.Open64]; its
// magnitude is at most 8.21.
func (k Key) Normal64(site uint32, i uint64) float64 {
	return Probit(k.Open64(site, i))
}
