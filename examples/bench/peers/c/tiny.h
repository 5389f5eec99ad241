// A network 4-16-16-3 with tanh and the cross entropy of one sample: value and
// gradient, by hand, for numbers T. Included once for each precision.
// Weights lie as [in][out] here, so that the loops over outputs vectorise.

typedef struct {
  T w1[I][H], b1[H], w2[H][H], b2[H], w3[H][O], b3[O];
} NAME(params);

static NAME(params) NAME(p), NAME(g);
static T NAME(x)[I];

static __attribute__((noinline)) T NAME(gradient)(const NAME(params) *restrict p, NAME(params) *restrict g, const T *restrict x, int y) {
  T h1[H], h2[H], z[O], d1[H], d2[H];
  for (int j = 0; j < H; j++) h1[j] = p->b1[j];
  for (int i = 0; i < I; i++)
    for (int j = 0; j < H; j++) h1[j] += x[i] * p->w1[i][j];
  for (int j = 0; j < H; j++) h1[j] = TANH(h1[j]);
  for (int j = 0; j < H; j++) h2[j] = p->b2[j];
  for (int i = 0; i < H; i++)
    for (int j = 0; j < H; j++) h2[j] += h1[i] * p->w2[i][j];
  for (int j = 0; j < H; j++) h2[j] = TANH(h2[j]);
  for (int j = 0; j < O; j++) z[j] = p->b3[j];
  for (int i = 0; i < H; i++)
    for (int j = 0; j < O; j++) z[j] += h2[i] * p->w3[i][j];
  T m = z[0], s = 0, e[O];
  for (int j = 1; j < O; j++)
    if (z[j] > m) m = z[j];
  for (int j = 0; j < O; j++) s += e[j] = EXP(z[j] - m);
  T loss = m + LOG(s) - z[y];
  for (int j = 0; j < O; j++) g->b3[j] = z[j] = e[j] / s - (j == y);
  for (int i = 0; i < H; i++) {
    T a = 0;
    for (int j = 0; j < O; j++) {
      g->w3[i][j] = h2[i] * z[j];
      a += p->w3[i][j] * z[j];
    }
    d2[i] = a * (1 - h2[i] * h2[i]);
  }
  for (int j = 0; j < H; j++) g->b2[j] = d2[j];
  for (int i = 0; i < H; i++) {
    T a = 0;
    for (int j = 0; j < H; j++) {
      g->w2[i][j] = h1[i] * d2[j];
      a += p->w2[i][j] * d2[j];
    }
    d1[i] = a * (1 - h1[i] * h1[i]);
  }
  for (int j = 0; j < H; j++) g->b1[j] = d1[j];
  for (int i = 0; i < I; i++)
    for (int j = 0; j < H; j++) g->w1[i][j] = x[i] * d1[j];
  return loss;
}

static void NAME(turned)(const char *name, int in, int out, T *w) {
  T rows[H * H];
  load(name, rows, sizeof(T) * in * out);
  for (int i = 0; i < in; i++)
    for (int j = 0; j < out; j++) w[i * out + j] = rows[j * in + i];
}

static void NAME(prepare)(int n) {
  (void)n;
  load("x", NAME(x), sizeof NAME(x));
  NAME(turned)("fc1.weight", I, H, &NAME(p).w1[0][0]);
  load("fc1.bias", NAME(p).b1, sizeof NAME(p).b1);
  NAME(turned)("fc2.weight", H, H, &NAME(p).w2[0][0]);
  load("fc2.bias", NAME(p).b2, sizeof NAME(p).b2);
  NAME(turned)("fc3.weight", H, O, &NAME(p).w3[0][0]);
  load("fc3.bias", NAME(p).b3, sizeof NAME(p).b3);
}

static double NAME(run)(void) { return NAME(gradient)(&NAME(p), &NAME(g), NAME(x), 1); }

static void NAME(say_turned)(int in, int out, const T *w) {
  for (int j = 0; j < out; j++)
    for (int i = 0; i < in; i++) say(w[i * out + j]);
}

// In the order of the generated code's parameters.
static void NAME(values)(void) {
  say(NAME(run)());
  NAME(say_turned)(I, H, &NAME(g).w1[0][0]);
  for (int j = 0; j < H; j++) say(NAME(g).b1[j]);
  NAME(say_turned)(H, H, &NAME(g).w2[0][0]);
  for (int j = 0; j < H; j++) say(NAME(g).b2[j]);
  NAME(say_turned)(H, O, &NAME(g).w3[0][0]);
  for (int j = 0; j < O; j++) say(NAME(g).b3[j]);
}
