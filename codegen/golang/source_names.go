package golang

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"
	"unicode"
)

// Ident is an identifier of generated Go. Those made of a user's names come
// from a [Scope]; the others are constants of this package.
type Ident string

// text is the last guard before printing; it cannot fail for names that came
// from a Scope.
func (n Ident) text() string {
	if !token.IsIdentifier(string(n)) || strings.ContainsFunc(string(n), beyondASCII) {
		panic(fmt.Sprintf("golang: %q is not an identifier", string(n)))
	}
	return string(n)
}

func beyondASCII(r rune) bool { return r > unicode.MaxASCII }

// Scope gives names that differ from each other.
type Scope struct {
	outer *Scope
	taken map[string]bool
	names map[string]bool // as taken, but with their case
	fold  bool            // names that differ in case only are alike
	given map[string]bool // names that are taken in every scope of this kind
	// refuses is which names cannot be taken besides; nil is none.
	refuses func(Ident) bool
}

// newScope begins a scope of names that others see: package level, the fields
// of a struct. The given names are ours.
func newScope(ours ...Ident) *Scope {
	s := &Scope{taken: map[string]bool{}, names: map[string]bool{}, fold: true}
	for _, n := range ours {
		s.claim(n)
	}
	return s
}

// newLocals begins the scope of a function: arguments and variables, apart
// from all that a function may refer to.
func newLocals(outer *Scope, ours ...Ident) *Scope {
	s := newScope()
	s.fold, s.outer, s.given = false, outer, predeclared
	for _, n := range ours {
		s.claim(n)
	}
	return s
}

// predeclared are the names of Go and of imports, which no local name hides.
var predeclared = func() map[string]bool {
	out := map[string]bool{}
	for _, n := range types.Universe.Names() {
		out[n] = true
	}
	for n := range imports {
		out[n] = true
	}
	return out
}()

func (s *Scope) claim(n Ident) { s.taken[s.key(n)], s.names[string(n)] = true, true }

func (s *Scope) key(n Ident) string {
	if s.fold {
		return strings.ToLower(string(n))
	}
	return string(n)
}

// free reports whether a name is neither a keyword nor taken, here, or with
// its very case around.
func (s *Scope) free(n Ident) bool {
	if token.IsKeyword(string(n)) || s.given[string(n)] || s.taken[s.key(n)] || s.refuses != nil && s.refuses(n) {
		return false
	}
	for o := s.outer; o != nil; o = o.outer {
		if o.names[string(n)] {
			return false
		}
	}
	return true
}

// holds reports whether a name is taken here or around, or by Go.
func (s *Scope) holds(name string) bool {
	for ; s != nil; s = s.outer {
		if s.given[name] || s.names[name] {
			return true
		}
	}
	return token.IsKeyword(name)
}

// Exported takes the exported name for a name of the source.
func (s *Scope) Exported(source string) Ident { return s.Family(exported(source), alone) }

// Local takes the name of an argument or a variable for a name of the source.
func (s *Scope) Local(source string) Ident { return s.Family(local(source), alone) }

// alone is the family of one name.
func alone(n Ident) []Ident { return []Ident{n} }

// Family takes a stem such that every name of the family is free. If it is taken
// it gets an underscore, and if that is taken too, a number.
func (s *Scope) Family(stem Ident, family func(Ident) []Ident) Ident {
	for k := 1; ; k++ {
		try := stem
		switch {
		case k == 2:
			try += "_"
		case k > 2:
			try += Ident(fmt.Sprintf("_%d", k-1))
		}
		if s.take(family(try)) {
			return try
		}
	}
}

// Numbered is Family for names that are ours altogether, of which there may be
// several alike: they get numbers.
func (s *Scope) Numbered(stem Ident, family func(Ident) []Ident) Ident {
	for k := 1; ; k++ {
		try := stem
		if k > 1 {
			try += Ident(fmt.Sprintf("_%d", k))
		}
		if s.take(family(try)) {
			return try
		}
	}
}

// take claims names, if all of them are free.
func (s *Scope) take(all []Ident) bool {
	for _, n := range all {
		if !s.free(n) {
			return false
		}
	}
	for _, n := range all {
		s.claim(n)
	}
	return true
}

// exported spells a name of the source with a capital.
func exported(source string) Ident {
	var b strings.Builder
	for _, p := range pieces(source) {
		if p == "lr" {
			p = "LR"
		}
		if digit(p[0]) && b.Len() > 0 && digit(b.String()[b.Len()-1]) {
			b.WriteByte('_')
		}
		c := p[0]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		b.WriteByte(c)
		b.WriteString(p[1:])
	}
	if b.Len() == 0 || digit(b.String()[0]) {
		return Ident("X" + b.String())
	}
	return Ident(b.String())
}

// local spells a name of the source, the case of its first letter kept.
func local(source string) Ident {
	ps := pieces(source)
	if len(ps) == 0 || digit(ps[0][0]) {
		ps = append([]string{"x"}, ps...)
	}
	rest := ""
	if len(ps) > 1 {
		rest = string(exported(strings.Join(ps[1:], ".")))
		if digit(ps[1][0]) {
			rest = rest[1:] // the X that stood for a first letter
			if digit(ps[0][len(ps[0])-1]) {
				rest = "_" + rest
			}
		}
	}
	return Ident(ps[0] + rest)
}

// lowered is an exported name with a small first letter.
func lowered(n Ident) Ident { return Ident(strings.ToLower(string(n[:1]))) + n[1:] }

func digit(c byte) bool { return '0' <= c && c <= '9' }

// pieces cuts a name into runs of ASCII letters and digits.
func pieces(source string) []string {
	if !strings.ContainsFunc(source, beyondASCII) {
		return strings.FieldsFunc(source, func(r rune) bool { return r == '_' || !isLetter(byte(r)) && !isDigit(byte(r)) })
	}
	var out []string
	var b strings.Builder
	cut := func() {
		if b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
	}
	for _, r := range source {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(r)
		case '₀' <= r && r <= '₉':
			b.WriteByte(byte('0' + r - '₀'))
		case greek[r] != "":
			word := greek[r]
			if b.Len() > 0 {
				word = strings.ToUpper(word[:1]) + word[1:]
			}
			b.WriteString(word)
		case r > unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)):
			fmt.Fprintf(&b, "U%04X", r)
		default:
			cut()
		}
	}
	cut()
	return out
}

// greek spells letters; a capital letter has a capital first letter.
var greek = func() map[rune]string {
	m := map[rune]string{'ϵ': "epsilon", 'ϑ': "theta", 'ϕ': "phi", 'ϖ': "pi", 'ϱ': "rho", 'ϰ': "kappa", 'ς': "sigma", 'µ': "mu"}
	for i, name := range strings.Fields(`alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu
		nu xi omicron pi rho sigma sigma tau upsilon phi chi psi omega`) {
		m['α'+rune(i)] = name
		m['Α'+rune(i)] = strings.ToUpper(name[:1]) + name[1:]
	}
	delete(m, 'Α'+17) // no letter: the place of the capital final sigma
	return m
}()

// CheckPackage returns an error unless a Go package that commands build and
// other packages import can have this name, in ASCII.
func CheckPackage(name string) error {
	switch {
	case token.IsKeyword(name):
		return fmt.Errorf("package name %q is a Go keyword", name)
	case !token.IsIdentifier(name) || strings.ContainsFunc(name, beyondASCII) || strings.Trim(name, "_") == "":
		return fmt.Errorf("package name %q is not a Go identifier of ASCII letters, digits and _", name)
	case strings.HasSuffix(name, "_test"):
		return fmt.Errorf("package name %q ends in _test, which Go keeps for tests", name)
	case name == "documentation":
		return fmt.Errorf("package name %q makes the go command ignore the file", name)
	case name == "C":
		return fmt.Errorf("package name %q means cgo", name)
	}
	return nil
}
