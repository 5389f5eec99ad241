// Package elementary defines the mathematical functions of vector code.
package elementary
