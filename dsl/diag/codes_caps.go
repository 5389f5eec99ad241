package diag

// Caps and encoding.
const (
	FileTooLarge    Code = "GG0001"
	ByteOrderMark   Code = "GG0002"
	InvalidUTF8     Code = "GG0003"
	TooManyTokens   Code = "GG0004"
	TooDeep         Code = "GG0005"
	HiddenCharacter Code = "GG0006"
	LiteralTooLong  Code = "GG0007"
	LookAlike       Code = "GG0008"
	TooManyErrors   Code = "GG0009"
)

var capsCodes = []Row{
	{FileTooLarge, "source file too large",
		"A source file may have at most 1 MiB. The cap keeps the time and the memory of the compiler bounded whatever the input.",
		"(a file of more than 1,048,576 bytes)",
		"import \"blocks.grad\"\nimport \"losses.grad\""},
	{ByteOrderMark, "byte order mark",
		"Source files are UTF-8 without a byte order mark. Some editors add one: save the file as plain UTF-8.",
		"\ufeffdim B", "dim B"},
	{InvalidUTF8, "invalid UTF-8",
		"Source files are UTF-8 everywhere, comments included. Bytes that are not come from another encoding or from a file that is not text.",
		"const a = 1 // caf\xe9", "const a = 1 // café"},
	{TooManyTokens, "too many tokens",
		"A source file may have at most 200,000 tokens. Repetition is written with stack and iterate, tables with index equations; a program may be split over files with import.",
		"(a file of more than 200,000 names, numbers and operators)",
		"layer Square()(x: real[..., n]) -> real[..., n] = x\nmodel M : f32[8] -> f32[8] = stack(100, Square())"},
	{TooDeep, "nested too deeply",
		"Brackets, and expressions inside each other, may be nested 256 deep. Nobody reads deeper; give names to the parts. Long runs such as a + b + c + … or f ∘ g ∘ h ∘ … are flat and have no such limit.",
		"(an expression with 300 opening parentheses)",
		"fn f(x: f64) -> f64 {\n  inner = (x + 1) * 2\n  return (inner + 1) * 2\n}"},
	{HiddenCharacter, "hidden or control character",
		"Control characters, zero-width characters and characters that change the direction of text make a program read differently from what it means. They are not allowed anywhere, in comments and strings neither.",
		"const a = 1 // left \u202eright", "const a = 1 // left right"},
	{LiteralTooLong, "name, number or text too long",
		"A name may have 200 bytes, a number 1000 digits and an exponent up to 5000, a quoted text 1000 bytes.",
		"const a = 1e99999", "const a = 1e300"},
	{LookAlike, "letter that is not allowed in a name",
		"Names consist of the ASCII letters, digits, underscores, and those Greek letters that cannot be mistaken for Latin ones: α β γ δ ε ζ η θ λ μ ξ π ρ σ τ φ χ ψ ω Γ Δ Θ Λ Ξ Π Σ Φ Ψ Ω. Two names that look the same are then the same.",
		"const \u0430lpha = 1", "const alpha = 1"},
	{TooManyErrors, "too many errors",
		"At most 100 errors of a file are listed. The rest are often consequences; mend those that are shown first.",
		"(a file with more than 100 mistakes)", "dim B"},
}
