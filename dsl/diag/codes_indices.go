package diag

// Indices and domains.
const (
	RangesDisagree   Code = "GG0401"
	RangeUnknown     Code = "GG0402"
	OutOfRange       Code = "GG0403"
	IndexCount       Code = "GG0404"
	NotAffine        Code = "GG0405"
	NotAnIndex       Code = "GG0406"
	EllipsisMismatch Code = "GG0407"
	BadAlong         Code = "GG0408"
	IndexUnproved    Code = "GG0409"
)

var indexCodes = []Row{
	{RangesDisagree, "two ranges for one index",
		"The range of an index follows from where it is used as a plain index of an axis, and from the declared result. All of them agree, or the range is stated.",
		"fn f(a: f64[3], b: f64[4]) -> f64 = sum[i] a[i] * b[i]", "fn f(a: f64[3], b: f64[4]) -> f64 = sum[i < 3] a[i] * b[i]"},
	{RangeUnknown, "index without a range",
		"An index needs a range: stated, i < n, or given by its use as a plain index of an axis. x[i + 1] is not a plain use.",
		"fn f(x: f64[4]) -> f64 = sum[i] x[i+1]", "fn f(x: f64[4]) -> f64 = sum[i < 3] x[i+1]"},
	{OutOfRange, "read outside the array",
		"Every affine read lies inside its array, for all values of the indices and all sizes; this is proved when the program is generated. State a smaller range, mask, or give the value outside with else.",
		"fn f(x: f64[4]) -> f64 = sum[i < 4] x[i+1]", "fn f(x: f64[4]) -> f64 = sum[i < 4] x[i+1 else 0]"},
	{IndexCount, "wrong number of indices",
		"A read has at most one index for each axis; the left side of an equation has one for each axis of the result.",
		"fn f(x: f64[4]) -> f64 = sum[i, j < 4] x[i, j]", "fn f(x: f64[4]) -> f64 = sum[i] x[i]"},
	{NotAffine, "index that is not affine",
		"An index is a sum of indices times numbers or sizes. Then reads can be proved, and their adjoints computed, before anything runs.",
		"fn f(x: f64[9]) -> f64 = sum[i < 3, j < 3] x[i*j]", "fn f(x: f64[9]) -> f64 = sum[i < 3, j < 3] x[3*i + j]"},
	{NotAnIndex, "not a whole number as an index",
		"Indices are whole numbers: computed from indices and sizes, or read from i32 arrays.",
		"fn f(x: f64[4]) -> f64 = sum[i < 4] x[i/2]", "fn f(x: f64[4]) -> f64 = sum[i < 4] x[floor(i/2)]"},
	{EllipsisMismatch, "... stands for something else here",
		"... on the left of an equation stands for leading indices, and on the right for the same ones.",
		"fn f(x: f64[2, 3]) -> f64 = sum[i] x[..., i]",
		"fn f(x: f64[2, 3]) -> f64[2] {\n  y[...] = sum[i] x[..., i]\n  return y\n}"},
	{BadAlong, "nothing to work along",
		"softmax, logSoftmax and cumsum keep their index, so it is one of those on the left. argmax over several indices numbers them in row-major order, so their ranges are constant.",
		"fn f(x: f64[4]) -> f64 = softmax[i](x[i])", "fn f(x: f64[4]) -> f64[4] {\n  y[i] = softmax[i](x[i])\n  return y\n}"},
	{IndexUnproved, "computed index that may lie outside",
		"An index that reads integers is an element of an i32 argument, or one plus or minus a constant, which is checked when the function is called; or it is proved to lie inside, from the ranges of argmax and of constant tables and from the conditions around it. Any other may lie outside: give the value there with else.",
		"fn f(x: f64[3], k: f64) -> f64 = x[i32(k)]", "fn f(x: f64[3], k: f64) -> f64 = x[i32(k) else 0]"},
}
