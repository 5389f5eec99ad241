// Package dsl compiles `.grad` programs.
package dsl
