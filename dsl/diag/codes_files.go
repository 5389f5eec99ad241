package diag

// Output and files, and the bounds on what a program asks for.
const (
	ProgramTooLarge Code = "GG0703"
	ArrayTooLarge   Code = "GG0219"
	ImportPath      Code = "GG0701"
	ImportFailed    Code = "GG0702"
	StackTooSmall   Code = "GG0704"
	InternalFault   Code = "GG0799"
)

var fileCodes = []Row{
	{ProgramTooLarge, "program too large",
		"Layers and functions are written out, so a short text can stand for a large program. The bound keeps the time and the memory of the compiler small whatever the input. Repetition of work is written as an axis of an array or as a scan.",
		"model M : f32[4] -> f32[4] = stack(1000000, Dense(4))", "model M : f32[4] -> f32[4] = stack(10, Dense(4))"},
	{ArrayTooLarge, "array too large",
		"An array has at most 8 axes and 2,147,483,648 elements, run-time sizes not counted.",
		"model M(x: f32[4]) -> f32[4] {\n  y[i < 100000, j < 100000] = x[0]\n  return x\n}", "model M(x: f32[4]) -> f32[4] {\n  y[i < 100, j < 100] = x[0]\n  return x\n}"},
	{ImportPath, "not a path that can be imported",
		"An import is the path of a .grad file of the same module, relative to the importing file, with forward slashes.",
		"import \"/etc/blocks.grad\"", "const a = 1"},
	{ImportFailed, "file that cannot be imported",
		"The file is not there, cannot be read, or lies outside the module.",
		"import \"missing.grad\"", "const a = 1"},
	{StackTooSmall, "too much memory for the stack",
		"A function whose sizes are all constant has no workspace: its arrays are on the stack, each of 128 KiB at most. With one size that is known when the function runs, a workspace holds them.",
		"(a function of constant sizes that keeps an array of more than 128 KiB)",
		"dim N\nfn f(x: f64[N]) -> f64 {\n  y[i] = exp(x[i])\n  return sum(y) * sum[i] y[i] * x[i]\n}"},
	{InternalFault, "fault of the compiler",
		"The compiler failed where it should not. Please report it with the program.",
		"(no program should do this)", "const a = 1"},
}
