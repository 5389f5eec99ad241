package stable

import "github.com/gradgen/gradgen/ir"

// Rule is a row of the table.
type Rule struct {
	Name  string
	Forms []Form
	// Overflow marks formulas that fail where exp overflows and nowhere else: a
	// sigmoid of -abs(x) by hand is stable.
	Overflow bool
	// Why says what is wrong with the formula: it stands behind "which".
	Why string
	// Kept says why the formula is named only; it is empty for rows that
	// rewrite.
	Kept string
}

// Form is one way to write the formula.
type Form struct {
	From  string // the formula, of x and y
	To    string // what is computed instead, unless Match says it or the row only names
	Write string // what to write instead; the same as To if empty

	// Match recognises what has arrays in it, at operations Root, and makes the
	// stable form; in a row that only names, any expression but nil will do.
	Match func(m *matcher, e *ir.Expr) *ir.Expr
	Root  *ir.Op

	pattern, result *ir.Expr // of From and To
	bounded         bool     // whether the row is about overflow only
}

var (
	opLog  = ir.OpByName("log")
	opExp  = ir.OpByName("exp")
	opSqrt = ir.OpByName("sqrt")
)

const (
	atZero   = "is -inf where its argument rounds to 0, and its derivative is NaN there"
	overflow = "fails where exp overflows, at 89 in f32 and at 710 in f64"
)

// Rules is the table. A row comes before those that would match a part of its
// formula.
var Rules = []Rule{
	// Both are -Inf for -Inf beside a number, and NaN where an entry is NaN or
	// +Inf. Masked entries are -Inf.
	{Name: "LogSoftmax", Why: atZero, Forms: []Form{
		{From: "log(softmax[i](x))", Write: "logSoftmax[i](x)", Root: opLog, Match: logSoftmax}}},

	// -Inf at -Inf and 0 at +Inf, and the other way round.
	{Name: "LogSigmoid", Why: atZero, Forms: []Form{
		{From: "log(sigmoid(x))", To: "-softplus(-x)", Write: "logSigmoid(x)"},
		{From: "log(1 - sigmoid(x))", To: "-softplus(x)", Write: "logSigmoid(-x)"}}},

	// 0 at -Inf and +Inf at +Inf, with derivatives 0 and 1; by hand the latter is
	// NaN.
	{Name: "Softplus", Overflow: true, Why: overflow, Forms: []Form{
		{From: "log(1 + exp(x))", To: "softplus(x)"},
		{From: "log1p(exp(x))", To: "softplus(x)"}}},

	// Both infinities are themselves.
	{Name: "LogExp", Why: overflow + ", and where it vanishes", Forms: []Form{
		{From: "log(exp(x))", To: "x"}}},

	// Of nothing, and of nothing but -Inf, it is -Inf; with +Inf among the terms
	// it is +Inf. The derivative is 0 in the first case, where it is NaN by hand.
	// The mean of nothing is NaN in both forms.
	{Name: "LogSumExp", Why: overflow + ", and where it vanishes", Forms: []Form{
		{From: "log(sum[i] exp(x))", Write: "logsumexp[i](x)", Root: opLog, Match: logSumExp},
		{From: "log(mean[i] exp(x))", Write: "logsumexp[i](x) - log(n)", Root: opLog, Match: logMeanExp}}},

	{Name: "LogAddExp", Why: overflow + ", and where it vanishes",
		Kept: "the stable form needs an array of the two", Forms: []Form{
			{From: "log(exp(x) + exp(y))", Write: "logsumexp[k](z[k]) of z = [x, y]", Root: opLog, Match: logAddExp}}},

	{Name: "LogProd", Why: "overflows and vanishes with the product",
		Kept: "where two factors are negative a sum of logarithms is NaN", Forms: []Form{
			{From: "log(prod[i] x)", Write: "sum[i] log(x)", Root: opLog, Match: logProd}}},

	{Name: "LogOfGuarded", Why: "is wrong by the number, and flat where the probability is smaller than that",
		Kept: "without the number it is another function", Forms: []Form{
			{From: "log(softmax[i](x) + number)", Write: "logSoftmax[i](x)", Root: opLog, Match: logGuardedSoftmax},
			{From: "log(sigmoid(x) + number)", Write: "logSigmoid(x)", Root: opLog, Match: logGuardedSigmoid}}},

	// Below -1, NaN; at -1, -Inf with the derivative +Inf; at +Inf, +Inf.
	{Name: "Log1p", Why: "has few digits of x where x is small", Forms: []Form{
		{From: "log(1 + x)", To: "log1p(x)"},
		{From: "log(1 - x)", To: "log1p(-x)"}}},

	// -1 at -Inf and +Inf at +Inf. The derivative is made of the result, r + 1,
	// as everywhere: right to a rounding of 1.
	{Name: "Expm1", Why: "has few digits where x is small", Forms: []Form{
		{From: "exp(x) - 1", To: "expm1(x)"},
		{From: "1 - exp(x)", To: "-expm1(x)"}}},

	// Beside a number, -Inf becomes 0; with +Inf it is NaN. A row of nothing but
	// -Inf is 0, with the derivative 0, where it is NaN by hand.
	{Name: "Softmax", Why: overflow, Forms: []Form{
		{From: "exp(x) / sum[i] exp(x)", Write: "softmax[i](x)", Root: ir.OpDiv, Match: softmax}}},

	// 0 at -Inf and 1 at +Inf, or the other way round, with derivatives 0. It is
	// made of the result, r·(1 - r), as everywhere: right to a rounding of 1.
	{Name: "Sigmoid", Overflow: true, Why: overflow, Forms: []Form{
		{From: "1/(1 + exp(-x))", To: "sigmoid(x)"},
		{From: "1/(1 + exp(x))", To: "sigmoid(-x)"},
		{From: "exp(x)/(1 + exp(x))", To: "sigmoid(x)"}}},

	// -1 at -Inf and 1 at +Inf, with derivatives 0; all NaN by hand. One of the two
	// exponents is positive, whatever x is.
	{Name: "Tanh", Overflow: true, Why: overflow, Forms: []Form{
		{From: "(exp(x) - exp(-x))/(exp(x) + exp(-x))", To: "tanh(x)"}}},

	{Name: "Hypot", Why: "overflows and vanishes with the squares, and its derivative at 0 is NaN",
		Kept: "hypot takes longer, and hypot(inf, nan) is inf", Forms: []Form{
			{From: "sqrt(x*x + y*y)", Write: "hypot(x, y)"}}},

	{Name: "Norm", Why: "overflows and vanishes with the squares, and its derivative at 0 is NaN",
		Kept: "norm passes over x twice", Forms: []Form{
			{From: "sqrt(sum[i] x^2)", Write: "norm(x), over the last axis", Root: opSqrt, Match: sqrtSumSquares}}},

	{Name: "Variance", Why: "cancels where the mean is large beside the deviation, and can be negative",
		Kept: "the stable form passes over x twice", Forms: []Form{
			{From: "mean[i](x^2) - mean[i](x)^2", Write: "mean[i]((x - m)^2) with m = mean[i](x)", Root: ir.OpSub, Match: variance}}},
}

// Finding is a formula that was recognised.
type Finding struct {
	Rule *Rule
	Form *Form
	Expr *ir.Expr // the stable form; nil if the rule only names
}

// Instead is what to write.
func (f *Finding) Instead() string {
	if f.Form.Write != "" {
		return f.Form.Write
	}
	return f.Form.To
}

// Library is where the functions of arrays come from that stable forms are made
// of: softmax, logSoftmax and logsumexp, and the same under a mask, which have
// derivatives of their own.
type Library interface {
	// Is reports whether a function is the one of a name.
	Is(f *ir.Func, name string) bool
	// Call calls the function of a name, which has one result.
	Call(name string, args ...*ir.Value) *ir.Value
	// Builder makes the other values.
	Builder() *ir.Builder
}

// candidate is a form with its row.
type candidate struct {
	rule *Rule
	form *Form
}

// byRoot are the forms by the operation at their root, in the order of the table.
var byRoot = map[*ir.Op][]candidate{}

func init() {
	variable := func(name string) *ir.Expr { return &ir.Expr{Op: ir.OpVar, Type: ir.F64, Var: name} }
	for i := range Rules {
		r := &Rules[i]
		for k := range r.Forms {
			f := &r.Forms[k]
			f.bounded = r.Overflow
			if f.Match == nil {
				f.pattern = ir.Instantiate(f.From, ir.F64, variable)
				f.Root = f.pattern.Op
			}
			if f.To != "" {
				f.result = ir.Instantiate(f.To, ir.F64, variable)
			}
			byRoot[f.Root] = append(byRoot[f.Root], candidate{r, f})
		}
	}
}

// Find recognises a formula at its root; nil if there is nothing to say.
func Find(lib Library, e *ir.Expr) *Finding {
	if !e.Type.IsFloat() {
		return nil
	}
	for _, c := range byRoot[e.Op] {
		if x := c.form.try(&matcher{lib: lib}, e); x != nil {
			f := &Finding{Rule: c.rule, Form: c.form}
			if c.rule.Kept == "" {
				f.Expr = x
			}
			return f
		}
	}
	return nil
}
