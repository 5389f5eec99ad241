package guard

import (
	"os"
	"syscall"
)

// protected returns at least n bytes between two pages that fault. They are
// never given back: tests make a few of them.
func protected(n int) []byte {
	page := os.Getpagesize()
	n = (max(n, 1) + page - 1) / page * page
	all, err := syscall.Mmap(-1, 0, n+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err == nil {
		err = syscall.Mprotect(all[:page], syscall.PROT_NONE)
	}
	if err == nil {
		err = syscall.Mprotect(all[page+n:], syscall.PROT_NONE)
	}
	if err != nil {
		panic(err)
	}
	return all[page : page+n : page+n]
}
