package ir
import ("testing";"os";"path/filepath";"time";"strconv";"strings";"fmt")
func TestZZ(t *testing.T) {
	files, _ := filepath.Glob(os.Getenv("CORPUS")+"/*")
	for _, f := range files {
		data, _ := os.ReadFile(f)
		s := strings.SplitN(string(data), "\n", 2)[1]
		s = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s), "string("), ")")
		text, err := strconv.Unquote(s)
		if err != nil { t.Fatal(err) }
		begin := time.Now()
		done := make(chan bool)
		go func() { g, err := ParseFunc(NewBuilder(), text); if err == nil { fmt.Println("parsed", time.Since(begin)); _ = g.String(); fmt.Println("printed", time.Since(begin))
for _, v := range Topological(g.Results...) {
			_ = Equation(v)
			if m, ok := v.Def.(*Map); ok {
				_ = m.Body.String()
			}
		}
 }; done <- true }()
		select { case <-done: case <-time.After(5*time.Second): fmt.Println("SLOW", f, len(text)); fmt.Println(text[:min(len(text),3000)]); panic("x") }
		if d := time.Since(begin); d > 50*time.Millisecond { fmt.Println(f, d) }
	}
}
