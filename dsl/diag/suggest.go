package diag

// Suggest returns the candidate that name is most likely a misspelling of, or "". One slip is forgiven (a character
// more, less, changed, or two neighbours swapped), two in names of eight characters and more, none in a name of one. Of
// several candidates the nearest wins, then the first.
func Suggest(name string, candidates []string) string {
	runes := []rune(name)
	limit := 1
	switch {
	case len(runes) < 2:
		return ""
	case len(name) >= 8:
		limit = 2
	}
	best := ""
	for _, c := range candidates {
		if c == name {
			continue
		}
		if d := distance(runes, []rune(c), limit); d <= limit {
			best, limit = c, d-1
		}
	}
	return best
}

// distance is the Damerau-Levenshtein distance in its restricted form (optimal string alignment), or limit+1 as soon
// as the lengths alone exceed the limit.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := above[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, above[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
