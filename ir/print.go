package ir

import "fmt"

func exprString(e *Expr, level int) string { return fmt.Sprintf("(%s …)", e.Op.Name) }
