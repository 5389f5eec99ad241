package main

import (
	"os"
	"syscall"
)

var pages = map[*byte][]byte{}

// memory is n bytes or more between pages that must not be touched.
func memory(n int) []byte {
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
	inside := all[page : page+n : page+n]
	pages[&inside[0]] = all
	return inside
}

func release(m []byte) {
	if err := syscall.Munmap(pages[&m[0]]); err != nil {
		panic(err)
	}
	delete(pages, &m[0])
}
