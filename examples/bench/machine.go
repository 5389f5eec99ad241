package main

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"

	"github.com/gradgen/gradgen/runtime/contract"
)

// thisMachine is the processor, the version of Go, and the kernels in use.
func thisMachine() string {
	name := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if m := regexp.MustCompile(`(?m)^model name\s*: (.+)$`).FindSubmatch(text); m != nil {
			name = string(m[1])
		}
	}
	return fmt.Sprintf("%s, %d cores, %s/%s, %s, kernels %s",
		name, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), contract.Kernels())
}

// minor is the version of Go without its patch.
func minor() string {
	parts := strings.SplitN(runtime.Version(), ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}
