package syntax

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gradgen/gradgen/dsl/diag"
)

// number scans a number and whatever letters, digits and points are glued to it, so that a malformed one is one error.
func (s *scanner) number() {
	rest := s.text[s.at:]
	n := 0
	digits := func() (count int) {
		from := n
		for n < len(rest) && (isDigit(rest[n]) || rest[n] == '_' && n > from && n+1 < len(rest) && isDigit(rest[n+1])) {
			n++
		}
		return n - from
	}
	problem := ""
	whole := digits()
	switch {
	case whole == 0:
		problem = "write 0 before the point"
	case whole > 1 && rest[0] == '0':
		problem = "numbers are decimal and do not begin with 0"
	}
	if n < len(rest) && rest[n] == '.' && !strings.HasPrefix(rest[n:], "...") {
		n++
		if digits() == 0 && problem == "" {
			problem = "write a digit after the point"
		}
	}
	if n < len(rest) && (rest[n] == 'e' || rest[n] == 'E') {
		n++
		if n < len(rest) && (rest[n] == '+' || rest[n] == '-') {
			n++
		}
		if digits() == 0 && problem == "" {
			problem = "write the digits of the exponent"
		}
	}
	if tail := s.nameLen(s.at + n); tail > 0 {
		if problem == "" {
			problem = "write a product as " + clip(rest[:n]) + "*" + clip(rest[n:n+tail])
			if rest[0] == '0' || rest[n] == '_' {
				problem = "numbers are decimal; underscores stand between digits"
			}
		}
		n += tail
	}
	text := rest[:n]
	switch {
	case problem != "":
		s.broken(diag.BadNumber, n, "`%s` is not a number", clip(text)).Helpf("%s", problem)
	case n > maxDigits:
		s.broken(diag.LiteralTooLong, n, "this number has %d digits; at most %d are allowed", n, maxDigits)
	case exponentTooLarge(text):
		s.broken(diag.LiteralTooLong, n, "the exponent of `%s` is beyond %d", clip(text), maxExponent)
	default:
		s.emit(kindNumber, n)
	}
}

// exponentTooLarge keeps exact arithmetic on numbers cheap: 1e999999999 would take a gigabyte.
func exponentTooLarge(text string) bool {
	i := strings.IndexAny(text, "eE")
	if i < 0 {
		return false
	}
	e, err := strconv.Atoi(strings.ReplaceAll(text[i+1:], "_", ""))
	return err != nil || e > maxExponent || e < -maxExponent
}

// clip shortens a text for a message.
func clip(text string) string {
	if len(text) <= 40 {
		return text
	}
	n := 40
	for n > 36 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n] + "…"
}

// Rat returns the exact value of the number.
func (n *Number) Rat() *big.Rat {
	r, ok := new(big.Rat).SetString(strings.ReplaceAll(n.Text, "_", ""))
	if !ok {
		return new(big.Rat) // not reachable from Parse: the scanner admits only what SetString reads
	}
	return r
}
