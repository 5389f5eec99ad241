// Package syntax turns the text of a `.grad` file into a tree and back.
//
//	text -> scan -> layout -> participle (declarations, statements) + precedence climbing (expressions) -> File
//
// Parse is the way in, Format the canonical text, Dump the tree as text, Inspect a walk over it. The tree (ast.go,
// ast_decl.go, ast_expr.go) says what was written and nothing about what it means: names are not resolved and types are
// not checked here.
//
// # Lexis
//
// Names are ASCII letters, digits and underscores, and the Greek letters that cannot be mistaken for Latin ones. No
// letter has two encodings, so no normalisation is needed. Twins: ∘ is <<, → is ->, ≤ ≥ ≠ are <= >= !=, ∞ is inf,
// π is pi, · is *, − is -, ∧ ∨ ¬ are and, or, not, … is "...". The words if, then, else, and, or, not, where, return,
// true and false are reserved; all others are words only where a declaration or a statement begins.
//
// # Bounds
//
// The text is capped before it is parsed: bytes, tokens, nesting of brackets. The parser counts the depth of every
// expression, too, and long chains of operators are flat nodes. So neither the parser nor any walk over a File can
// exhaust the stack.
//
// # Initialisers
//
// An initialiser is declared by the value of one element:
//
//	init uniform(lo, hi) = lo + (hi - lo) * random
//
// Its arguments are reals and may have defaults; `random` is a draw from [0, 1) for each element.
package syntax
