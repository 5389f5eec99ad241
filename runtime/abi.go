package runtime

// ABI1 marks the first contract between generated code and this package: a
// generated file holds `const _ = runtime.ABI1`, so that it fails to compile,
// by a name that says why, beside a runtime that no longer supports it. A new
// contract adds ABI2; this constant stays for as long as files made for it
// work.
const ABI1 = 1
