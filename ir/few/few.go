// Package few has sets and maps for keys of which there are few as a rule, but
// may be many: of the parts of an expression, say. They are lists at first, and
// take no memory of their own then.
package few

const most = 16 // in a list

// Set is a set. The zero value is empty.
type Set[K comparable] struct {
	list [most]K
	n    int
	many map[K]struct{}
}

// Add reports whether k is new.
func (s *Set[K]) Add(k K) bool {
	for i := range s.n {
		if s.list[i] == k {
			return false
		}
	}
	if s.n < most {
		s.list[s.n] = k
		s.n++
		return true
	}
	if _, known := s.many[k]; known {
		return false
	}
	if s.many == nil {
		s.many = map[K]struct{}{}
	}
	s.many[k] = struct{}{}
	return true
}

// Map is a map. The zero value is empty.
type Map[K comparable, V any] struct {
	keys   [most]K
	values [most]V
	n      int
	many   map[K]V
}

// find is where the list has k, or -1.
func (m *Map[K, V]) find(k K) int {
	for i := range m.n {
		if m.keys[i] == k {
			return i
		}
	}
	return -1
}

// Get finds the value of k.
func (m *Map[K, V]) Get(k K) (V, bool) {
	if i := m.find(k); i >= 0 {
		return m.values[i], true
	}
	v, ok := m.many[k]
	return v, ok
}

// At is the value of k, or the zero value.
func (m *Map[K, V]) At(k K) V {
	v, _ := m.Get(k)
	return v
}

// Set makes v the value of k.
func (m *Map[K, V]) Set(k K, v V) {
	i := m.find(k)
	if i < 0 && m.n < most {
		i = m.n
		m.n++
	}
	if i >= 0 {
		m.keys[i], m.values[i] = k, v
		return
	}
	if m.many == nil {
		m.many = map[K]V{}
	}
	m.many[k] = v
}

// Len is the number of keys.
func (m *Map[K, V]) Len() int { return m.n + len(m.many) }

// Clear takes all keys out. A map that was large once is not used again: it
// would take long to clear ever after.
func (m *Map[K, V]) Clear() { m.n, m.many = 0, nil }
