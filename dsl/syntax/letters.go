package syntax

import (
	"strings"
	"unicode"
)

// greek are the letters of names outside ASCII: those Greek letters that no font draws like a Latin one. Left out are
// ι κ ν ο υ and the capitals that look like A B E Z H I K M N O P T Y X. None of them has a decomposition, so names
// need no normalisation.
const greek = "αβγδεζηθλμξπρστφχψωΓΔΘΛΞΠΣΦΨΩ"

// isGreek reports whether r is one of the Greek letters that names may contain.
func isGreek(r rune) bool { return r >= 0x370 && r < 0x400 && strings.ContainsRune(greek, r) }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || isDigit(c)
}

// isHidden reports whether a character is drawn as nothing, steers a terminal, or changes the direction of text. The
// two selectors that choose between text and emoji presentation are common in comments and harmless.
func isHidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) ||
		unicode.Is(unicode.Variation_Selector, r) && r != '\ufe0e' && r != '\ufe0f' || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) ||
		unicode.Is(unicode.Noncharacter_Code_Point, r)
}

// confusables are characters that people paste or type in place of ours, with what to write. They are escaped, since
// they look like others.
var confusables = map[rune]string{
	'\u2211': "sum", '\u220f': "prod", '\u221a': "sqrt(x)", '\u2202': "derive, or a name of your own", '\u2206': "the Greek letter Δ (U+0394)",
	'\u2126': "the Greek letter Ω (U+03A9)", '\u00b5': "the Greek letter μ (U+03BC)", '\u03d5': "the letter φ (U+03C6)",
	'\u03f5': "the letter ε (U+03B5)", '\u03d1': "the letter θ (U+03B8)", '\u03c2': "the letter σ (U+03C3)",
	'\u03b9': "iota", '\u03ba': "kappa", '\u03bd': "nu", '\u03bf': "o", '\u03c5': "upsilon",
	'\u00d7': "* for a product", '\u22c5': "· (U+00B7) or *", '\u2217': "*", '\u00f7': "/", '\u2215': "/", '\u2013': "-", '\u2014': "-", '\u2010': "-",
	'\u00b2': "^2", '\u00b3': "^3", '\u00b9': "^1", '\u1d40': ".T", '\u22a4': ".T", '\u2208': "in", '\u2190': "=", '\u21d2': "->", '\u2254': "=", '\u2a7d': "≤ or <=", '\u2a7e': "≥ or >=",
	'\u201c': "a double quote, \"", '\u201d': "a double quote, \"", '\u2018': "a double quote, \"", '\u2019': "a double quote, \"",
	'\uff0c': "a comma", '\uff1b': "a semicolon", '\uff1a': "a colon", '\uff08': "(", '\uff09': ")", '\uff3b': "[", '\uff3d': "]", '\uff1d': "=",
	'\u00a0': "an ordinary space", '\u3000': "an ordinary space", '\u2003': "an ordinary space", '\u2009': "an ordinary space",
	'\u202f': "an ordinary space", '\u02da': "∘ (U+2218) or <<", '\u00b0': "∘ (U+2218) or <<", '\u25cb': "∘ (U+2218) or <<", '\u25e6': "∘ (U+2218) or <<",
}
