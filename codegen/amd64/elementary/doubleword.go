package elementary

// Sums of two numbers, the second of which holds what the rounding of the first
// lost (Dekker, A floating-point technique for extending the available
// precision, 1971).

// twoSum is a + b exactly (Knuth).
func (k lanes[V, M]) twoSum(a, b V) (high, low V) {
	high = k.Add(a, b)
	c := k.Sub(high, a)
	return high, k.Add(k.Sub(a, k.Sub(high, c)), k.Sub(b, c))
}

// fastTwoSum is a + b exactly if |a| ≥ |b| or a = 0.
func (k lanes[V, M]) fastTwoSum(a, b V) (high, low V) {
	high = k.Add(a, b)
	return high, k.Sub(b, k.Sub(high, a))
}

// twoProduct is a·b exactly.
func (k lanes[V, M]) twoProduct(a, b V) (high, low V) {
	high = k.Mul(a, b)
	return high, k.FMS(a, b, high)
}
