// Package contract computes contractions: sums of products of two arrays, with
// whatever elementwise work follows. Matrix products, their transposes, batches
// of them and convolutions are all of this form, because their index maps
// separate,
//
//	C[m,n] = steps(sum over k of A[m,k]*B[k,n])
//	offset of A[m,k] = Off + Rows(m) + Cols(k), and so on,
//
// so one engine serves them all. Generated code calls it like this, for a layer
// whose weights lie as PyTorch stores them:
//
//	// h[b,o] = relu(bias[o] + sum[i] w[o,i]*x[b,i])
//	w.engine.Run(contract.Product[float32]{
//		M: B, N: 128, K: 784,
//		A:    contract.Matrix(x, 784, 1),
//		B:    contract.Matrix(weight, 1, 784),
//		C:    contract.Matrix(h, 128, 1),
//		Then: contract.AddCol | contract.Relu,
//		Col:  bias,
//	})
//
// and for a step of gradient descent on those weights, whose gradient is never
// stored:
//
//	// w[o,i] = w[o,i] - rate*sum[b] dh[b,o]*x[b,i]
//	w.engine.Run(contract.Product[float32]{
//		M: 128, N: 784, K: B,
//		A:      contract.Matrix(dh, 1, 128),
//		B:      contract.Matrix(x, 784, 1),
//		C:      contract.Matrix(weight, 784, 1),
//		Then:   contract.Scale | contract.Accumulate,
//		Factor: -rate,
//	})
//
// # What makes it fast
//
// A core multiplies and adds two vectors a cycle and loads two. A sum of
// products with its operands in memory would need twice that many loads, and
// wait for every addition. Three things repair this.
//
// Tiles. A block of C stays in registers along the whole sum: 12 rows of two
// vectors with AVX-512, 6 with AVX2. For each k a tile loads two vectors of B
// and twelve elements of A, which feed 24 multiply-adds that do not wait for
// each other: more than the eight that hide their latency, and with loads to
// spare. Where rows or columns of A are neighbours, a step takes two terms, and
// where both operands are packed sixteen: the additions of addresses take turns
// with the multiply-adds. Rows are divided evenly among tiles, because a last tile
// of one row would wait for itself; columns that do not fill a vector are masked.
// Of the same size are tiles of 8×3, 6×4 and 3×8. Few rows make them wide, and
// short sums, whose panels fit the first-level cache: 6×4 has ten loads a term
// where 12×2 has fourteen.
//
// Hot steps. Bias, activation, gate, scaling, the sum with what C held, and
// with it the update of a weight, happen to the tile before it leaves the
// registers. As passes of their own they would each load and store all of C.
//
// Reading in place. Packing an operand into the order in which tiles read it is
// only worth what it saves. The elements of A may lie anywhere at constant
// strides: a tile copies each to all lanes in any case. B must have its columns
// side by side, and where it has, a short sum reads it in place, too. What
// remains is packed:
//
//   - B with its columns apart (weights in PyTorch's layout) is transposed, in
//     squares, through registers. Which of the two operands is B is free,
//     because Cᵀ = Bᵀ·Aᵀ: the smaller one can be packed, and the tiles be
//     transposed on their way out.
//   - B is copied to panels as wide as a tile if many rows of A use it, or if its
//     rows are so far apart that they fall on the same few lines of a cache.
//   - A, if it is used by many columns and does not stay in the second-level cache,
//     or has its rows side by side, is copied to groups as high as a tile.
//   - Operands that tables describe are gathered: a vector is put together in a
//     register, from one masked load for each run of neighbours that it takes
//     up, and stored as a whole.
//   - Where a right operand has few rows of the left one to serve, gathering it
//     takes as long as the product. If its runs fill most of a vector, and
//     vectors have mask registers, it is read in place, by patches: tiles whose
//     vectors are a run each, at an offset and with a mask of their own.
//   - A batch that shares its left operand, as images share weights, is computed
//     abreast (abreast.go) if it is large enough: a vector holds the same element
//     of as many matrices as it has lanes. What the product reaches of the right
//     operand is transposed once, and each element is then used many times by
//     vectors that are full and begin where lines do, however short the runs are.
//     The result is transposed back while it is in the first-level cache.
//   - A packed left operand that all matrices of a batch share, as images share
//     weights, is packed once by each worker.
//   - An operand that many products share, as the steps of a recurrent network
//     share weights, stays packed (kept.go) if the engine has memory for it, and the
//     caller says when it is another one: [Engine.Reserve], its Kept, [Engine.Forget].
//
// Half of a square. Where a condition keeps to a diagonal, as in causal attention or
// under a window, an operand or the result says so by its [Band] (band.go). Tiles then
// sum up only what touches the band: of a triangle of 64 rows six tenths, of one of
// 1000 little more than half.
//
// Where there is too little work to pay for a transposition (one sample, or a
// few), both operands are read along the sum, in dot products: sixteen at a
// time, so that one tree of additions across lanes ends them all.
//
// Dot products also serve a sum that is much longer than the result is large,
// with a right operand in runs: the derivative of a convolution by its weights,
// if there are few. Gathering its patches would take longer than the product.
// Instead the sum walks along whole rows of the image and of the cotangent,
// under all windows of a block at once. If the sum goes over a batch, it does so
// abreast (total.go): lanes are images, and are added up at the end.
//
// In Go, tiles are two rows of four sums, which is what 16 registers hold. They
// want both operands packed, or A contiguous along the sum: a check of bounds
// then serves four terms. So packing pays from 16 rows or columns on.
//
// Which way is cheapest is decided by an estimate (way.go) from the sizes and
// strides, and remembered.
//
// Results may overlap: what each column adds to them, for every row, goes to a
// place of its own. The derivative of a convolution by its input is one. Matrices
// for themselves are summed up first and then added; abreast (overlap.go), where a
// step from place to place is a whole vector, tiles add their rows as they are
// finished, one after the other.
//
// # Why the loops stand as they do
//
// From the outside in (tiles.go):
//
//   - blocks of the sum, at most 384 terms each, so that a panel of B, as many
//     rows of two vectors, comes from the first two caches while the rows of A
//     pass by it. C is visited once a block. This is outermost because it
//     decides what is packed.
//   - blocks of rows, at most 120 if they are packed, so that they stay in the
//     second-level cache, beside B and this part of C, while the panels of B
//     pass by them. The tiles of one block fetch the rows of the next. Blocks of
//     operands in place are twice as high: they are for the pages of the result.
//   - panels of columns, each packed when it is first needed, just before use;
//     where only one block of rows will read them, all in the same place. The
//     tiles of one panel fetch most of the next.
//   - tiles down the panel, inside the kernel: a call costs as much as some
//     terms of a sum.
//
// Where the time of a square product of 1024 goes, in parts of what the
// multiply-adds alone would take at the same clock (AVX-512, caches of 48 kB and
// 2 MB, pages of 4 kB): tiles 1.05, in f64 1.07; packing A 0.03 and 0.05, B 0.05
// if no tile fetches it. Each piece was timed by itself many times over, and its
// fastest fifth counts. The first panel of every block of rows takes 1.2 and 1.6
// times as long as others, which are alike. Packing waits for memory: it takes 0.3
// to 0.4 cycles an element of f32 that is near, 0.8 to 1.3 if it is far, and no
// less if more than four vectors side by side are copied. Fetched in a burst, A or
// B saves the packing what the tiles then lose, because their own loads wait. A
// line or two every sixteen terms is as much as they bear: two thirds of B, fetched
// so, save 2 % in f32 and 1 % in f64, the whole of it no more. In f32 blocks of 256
// or 512 terms, of 240 rows and tasks of 1024 columns differ from these by 2 %, as
// much as two runs do.
//
// # Several workers
//
// A product is cut into tasks (cut.go), as many as are worth handing over, along
// whichever axes leave least to be fetched from other processors' caches (fetch.go):
// a line from there takes twenty cycles, as long as 640 multiply-adds. Products of
// layers are cut along the rows of the batch, which every worker then has through all
// layers. The gradients of their weights sum over these rows, and whoever computes
// part of such a gradient needs the rows of all. So where the operands are several
// times as large as the result, sums are halved (halves.go): a worker adds up the
// terms that it has, and only the two results are fetched and added. Two workers
// then take 0.59 of the time of one for the gradient of a weight of 128×128 by 256
// rows, where they took 0.88, and 0.53 for those of LeNet's convolutions, where they
// took 1.35 and 0.65.
//
// Products that are little work by themselves, and part of more that nothing connects,
// are better divided with all of it. The steps of a recurrent network are such work:
// every worker takes some rows of the batch through all of them, with an engine of its
// own ([Engine.Worker]). Its products say of how many rows theirs are a part
// (Product.Of), so that each is what one worker would compute.
//
// Products that follow each other part by part are one piece of work (chain.go), if they
// are called as a chain: each worker computes its part of all. In a step of an MLP
// 784-128-10 with 64 rows, the way back through the hidden layer is three such products.
// One worker alone would take 5 µs for the cotangent, because half of what it reads is in
// the other's cache, and leave half of its result where it is not wanted; as a chain they
// take 5 % off the whole step.
//
// # What is promised
//
// The order of every sum, and so every bit of the result, follows from the
// sizes, strides and the kind of processor, not from the number of workers: a
// product is cut into tasks, and each is computed by one worker alone, with all
// its terms or all of a half, in an order that is the same however it is cut. Between
// kinds of processors results differ by rounding: each element is within (K+8)·ε of
// the exact one relative to the sum of the absolute terms, ε half the distance from 1
// to the next number.
//
// An element outside an operand's band is 0, and its products are terms of a sum or are
// not, as tiles, and so workers, have it. That makes a difference only where the other
// factor is infinite or NaN.
//
// No element outside the operands is read or written. A call allocates nothing;
// the memory it needs beside its operands, [Space], comes from the workspace.
// Assembly is not preemptible, so a call of a kernel is short: a column of tiles
// by a block of the sum, some tens of microseconds.
//
// # Where to go next
//
// [Engine.Run] in engine.go is the way of a product through the files: check.go,
// shape.go, memo.go, answer.go and way.go (decide), job.go, cut.go, fetch.go, halves.go and chain.go (tasks),
// memory.go, kept.go, tiles.go, band.go, patch.go, abreast.go, overlap.go, dots.go or
// total.go, pack.go, finish.go. The kernels are in ../internal/kernel: orders in
// kernel.go, Go in portable, assembly in amd64, what writes it in asm.
//
// Literature: F. Van Zee and R. van de Geijn, "BLIS: A framework for rapidly
// instantiating BLAS functionality" (2015), for the loops; D. Matthews,
// "High-performance tensor contraction without transposition" (2018), for
// offsets by tables.
package contract
