package golang

import (
	"go/token"
	"strings"
	"testing"
)

func TestExportedNames(t *testing.T) {
	for source, want := range map[string]Ident{
		"fc1.weight":        "Fc1Weight",
		"features.0.weight": "Features0Weight",
		"layers.1.0.weight": "Layers1_0Weight",
		"weight_ih_l0":      "WeightIhL0",
		"XEnt":              "XEnt",
		"lr":                "LR",
		"m.fc1.weight":      "MFc1Weight",
		"beta1":             "Beta1",
		"μ":                 "Mu",
		"dμ":                "DMu",
		"Σ":                 "Sigma",
		"h₁":                "H1",
		"é":                 "U00E9",
		"а":                 "U0430", // Cyrillic, looks like a
		"世界":                "U4E16U754C",
		"0":                 "X0",
		"":                  "X",
		"__":                "X",
		"*/ //go:embed":     "GoEmbed",
	} {
		if got := exported(source); got != want {
			t.Errorf("exported(%q) = %s, want %s", source, got, want)
		}
	}
}

func TestLocalNames(t *testing.T) {
	for source, want := range map[string]Ident{
		"x": "x", "X": "X", "fc1.weight": "fc1Weight", "weight_ih_l0": "weightIhL0",
		"μ": "mu", "dμ": "dMu", "0": "x0", "": "x", "features.0": "features0", "max.B": "maxB", "l1.0": "l1_0", "lr": "lr",
	} {
		if got := local(source); got != want {
			t.Errorf("local(%q) = %s, want %s", source, got, want)
		}
	}
}

func TestTakenNamesGetUnderscores(t *testing.T) {
	s := newScope("Data")
	for _, step := range []struct {
		source string
		want   Ident
	}{
		{"data", "Data_"}, {"Data", "Data_2"}, {"a.b", "AB"}, {"ab", "Ab_"}, {"a_b", "AB_2"},
	} {
		if got := s.Exported(step.source); got != step.want {
			t.Errorf("%q is called %s, want %s", step.source, got, step.want)
		}
	}
	l := newLocals(s, "w")
	for _, step := range []struct {
		source string
		want   Ident
	}{
		{"w", "w_"}, {"type", "type_"}, {"len", "len_"}, {"runtime", "runtime_"}, {"x", "x"}, {"X", "X"}, {"x", "x_"}, {"AB", "AB_"}, {"any", "any_"},
	} {
		if got := l.Local(step.source); got != step.want {
			t.Errorf("local %q is called %s, want %s", step.source, got, step.want)
		}
	}
}

// TestFamilies: all names of a family are taken together, and what a user calls
// something is not changed by what comes after it.
func TestFamilies(t *testing.T) {
	forms := func(n Ident) []Ident { return []Ident{n, n + "AVX2"} }
	s := newScope()
	for _, step := range []struct{ stem, want Ident }{
		{"f_x", "f_x"}, {"f_x", "f_x_2"}, {"f_x", "f_x_3"},
		{"f_xAVX2", "f_xAVX2_2"}, {"f_x_2AVX2", "f_x_2AVX2_2"}, // those of the first and the second are taken
		{"f_y_2", "f_y_2"}, {"f_y", "f_y"}, {"f_y", "f_y_3"},
	} {
		if got := s.Numbered(step.stem, forms); got != step.want {
			t.Errorf("the stem %s is %s, not %s", step.stem, got, step.want)
		}
	}
	if got := s.Family("f_y", forms); got != "f_y_" {
		t.Errorf("%s", got)
	}
}

func TestPackageNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"digits": true, "main": true, "d_1": true,
		"": false, "_": false, "type": false, "a b": false, "a\nb": false, "x_test": false, "documentation": false, "C": false, "дом": false, "1a": false,
	} {
		if err := CheckPackage(name); (err == nil) != ok {
			t.Errorf("CheckPackage(%q) = %v", name, err)
		}
	}
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{"a.b", "μ", "", "//", "type", "п", "a\x00", "\xff"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		s := newScope()
		l := newLocals(s)
		names := []Ident{s.Exported(a), s.Exported(b), l.Local(a), l.Local(b)}
		for i, n := range names {
			if n.text(); i < 2 && !token.IsExported(string(n)) {
				t.Errorf("%s is not exported", n)
			}
			for _, m := range names[:i] {
				if n == m {
					t.Errorf("%q and %q share %s", a, b, n)
				}
			}
		}
		if strings.EqualFold(string(names[0]), string(names[1])) {
			t.Errorf("%s and %s differ in case only", names[0], names[1])
		}
	})
}
