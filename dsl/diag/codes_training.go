package diag

// Training and parameters.
const (
	ParamShape    Code = "GG0601"
	ParamInterval Code = "GG0602"
	ParamInit     Code = "GG0603"
	LossForm      Code = "GG0604"
	TrainForm     Code = "GG0605"
	OptimizerForm Code = "GG0606"
	TiedShapes    Code = "GG0607"
	RandomForm    Code = "GG0608"
)

var trainingCodes = []Row{
	{ParamShape, "parameter without a constant shape",
		"Parameters are stored and counted, so they are arrays of floats whose sizes are constant. Run-time sizes, such as that of the batch, are for inputs.",
		"dim B\nmodel M(x: f32[B, 4]) -> f32[B, 4] {\n  param w : f32[B, 4] = 0\n  return x * w\n}",
		"dim B\nmodel M(x: f32[B, 4]) -> f32[B, 4] {\n  param w : f32[4] = 0\n  y[b, i] = x[b, i] * w[i]\n  return y\n}"},
	{ParamInterval, "parameter outside its interval",
		"param s : real in (0, inf) stays strictly between the ends, which are therefore open; it starts there, too, whatever is drawn.",
		"model M(x: f32[4]) -> f32[4] {\n  param s : f32 in (0, inf) = 0\n  return s * x\n}", "model M(x: f32[4]) -> f32[4] {\n  param s : f32 in (0, inf) = 1\n  return s * x\n}"},
	{ParamInit, "no initial value",
		"A parameter starts from an initialiser, ~ uniform(-1, 1), or from a number or a table, = 0.",
		"model M(x: f32[4]) -> f32[4] {\n  param s : f32\n  return s * x\n}", "model M(x: f32[4]) -> f32[4] {\n  param s : f32 = 1\n  return s * x\n}"},
	{LossForm, "not a loss",
		"A loss is one number that is computed with one or more models. A function of arrays alone is a fn.",
		"dim B\nmodel M : f32[B, 4] -> f32[B, 4] = Dense(4)\nloss L(x: f32[B, 4]) = M(x)^2", "dim B\nmodel M : f32[B, 4] -> f32[B, 4] = Dense(4)\nloss L(x: f32[B, 4]) = mean(M(x)^2)"},
	{TrainForm, "trainer that cannot be made",
		"train Loss with Optimizer(…) on \"pattern\" moves the parameters of the one model that the loss uses, or those whose path matches a pattern.",
		"dim B\nmodel M : f32[B, 4] -> f32[B, 4] = fc: Dense(4)\nloss L(x: f32[B, 4]) = mean(M(x)^2)\ntrain L with Adma(lr = 0.1)",
		"dim B\nmodel M : f32[B, 4] -> f32[B, 4] = fc: Dense(4)\nloss L(x: f32[B, 4]) = mean(M(x)^2)\ntrain L with Adam(lr = 0.1)"},
	{OptimizerForm, "optimizer that does not say what is next",
		"An optimizer is formulas over the weight w, the gradient g, the number of the step t and its state, which has the shape of the weight and starts at 0. It says the next w and the next of each state.",
		"optimizer Plain(lr: real) {\n  d = lr * g\n}\ndim B\nmodel M : f32[B, 4] -> f32[B, 4] = Dense(4)\nloss L(x: f32[B, 4]) = mean(M(x)^2)\ntrain L with Plain(lr = 0.1)",
		"optimizer Plain(lr: real) {\n  next w = w - lr * g\n}\ndim B\nmodel M : f32[B, 4] -> f32[B, 4] = Dense(4)\nloss L(x: f32[B, 4]) = mean(M(x)^2)\ntrain L with Plain(lr = 0.1)"},
	{TiedShapes, "shared instance with two shapes",
		"An instance that is used again has the same parameters, so what it is applied to has the sizes of the first time.",
		"model M(x: f32[4]) -> f32[3] {\n  h = fc: Dense(3)(x)\n  return fc(h)\n}", "model M(x: f32[4]) -> f32[4] {\n  h = fc: Dense(4)(x)\n  return fc(h)\n}"},
	{RandomForm, "random number out of place",
		"random[b, i] is a draw for each value of the indices in its brackets, in a layer, while training. Evaluation is deterministic: if training then … else ….",
		"model M(x: f32[4]) -> f32[4] {\n  y[i] = x[i] * random[i]\n  return y\n}", "model M(x: f32[4]) -> f32[4] {\n  y[i] = if training then x[i] * random[i] else x[i]\n  return y\n}"},
}
