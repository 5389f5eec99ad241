// Package diag says what is wrong with a program, where, and what to do about it.
//
// A front end collects Diagnostics in a List, each with a Code from the registry, a Span that points into a Source,
// notes that name the other places involved, and a help line. The list prints as text for people and as JSON for
// tools. The registry explains every code with a wrong and a right example (`gradgen explain GG0109`).
//
// Codes are grouped by area: GG00 caps and encoding, GG01 syntax, GG02 shapes and types, GG03 names, GG04 indices and
// domains, GG05 differentiation, GG06 training and parameters, GG07 output, files and memory. To add one, add a
// constant and a row to the file of its area; a code is never given a new meaning and never reused.
package diag
