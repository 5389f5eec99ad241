// Small workloads by hand, as a peer of the benchmark: see process in peer.go
// for what is read and written.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *folder;   // of all inputs
static const char *workload; // that is asked for
static int said;             // values so far

static void load(const char *name, void *to, size_t bytes) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s/%s", folder, workload, name);
  FILE *f = fopen(path, "rb");
  if (!f || fread(to, 1, bytes, f) != bytes) {
    perror(path);
    exit(1);
  }
  fclose(f);
}

static void say(double v) { printf("%s%.17g", said++ ? "," : "", v); }

enum { I = 4, H = 16, O = 3 };

#define T float
#define NAME(x) single_##x
#define TANH tanhf
#define EXP expf
#define LOG logf
#include "tiny.h"
#undef T
#undef NAME
#undef TANH
#undef EXP
#undef LOG
#define T double
#define NAME(x) double_##x
#define TANH tanh
#define EXP exp
#define LOG log
#include "tiny.h"

// The chained Rosenbrock function, value and gradient in one pass.
static int n;
static double point[1000], slope[1000];

static void rosenbrock_prepare(int size) {
  n = size;
  load("x", point, n * sizeof *point);
}

static __attribute__((noinline)) double rosenbrock(int n, double *restrict g, const double *restrict x) {
  double sum = 0;
  for (int i = 0; i < n; i++) g[i] = 0;
  for (int i = 0; i < n - 1; i++) {
    double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
    sum += 100 * a * a + b * b;
    g[i] -= 400 * a * x[i] + 2 * b;
    g[i + 1] = 200 * a;
  }
  return sum;
}

static double rosenbrock_run(void) { return rosenbrock(n, slope, point); }

static void rosenbrock_values(void) {
  say(rosenbrock_run());
  for (int i = 0; i < n; i++) say(slope[i]);
}

// The hand of an arm with six revolving joints, and its Jacobian: a column is
// the axis of the joint times the way from there to the hand.
static const double length[6] = {0, -0.612, -0.5723, 0, 0, 0}, offset[6] = {0.1273, 0, 0, 0.163941, 0.1157, 0.0922};
static const double twist_cos[6] = {0, 1, 1, 0, 0, 1}, twist_sin[6] = {1, 0, 0, 1, -1, 0};
static double angles[6], hand[3], jacobian[3][6];

static void arm_prepare(int size) {
  (void)size;
  load("q", angles, sizeof angles);
}

static __attribute__((noinline)) void arm(double hand[restrict 3], double jacobian[restrict 3][6], const double *restrict q) {
  double r[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, p[3] = {0}, axis[6][3], at[6][3];
  for (int j = 0; j < 6; j++) {
    double c = cos(q[j]), s = sin(q[j]), ct = twist_cos[j], st = twist_sin[j];
    for (int i = 0; i < 3; i++) {
      axis[j][i] = r[i][2];
      at[j][i] = p[i];
      double x = c * r[i][0] + s * r[i][1], y = c * r[i][1] - s * r[i][0], z = r[i][2];
      p[i] += length[j] * x + offset[j] * z;
      r[i][0] = x;
      r[i][1] = ct * y + st * z;
      r[i][2] = ct * z - st * y;
    }
  }
  for (int i = 0; i < 3; i++) hand[i] = p[i];
  for (int j = 0; j < 6; j++) {
    double x = p[0] - at[j][0], y = p[1] - at[j][1], z = p[2] - at[j][2];
    jacobian[0][j] = axis[j][1] * z - axis[j][2] * y;
    jacobian[1][j] = axis[j][2] * x - axis[j][0] * z;
    jacobian[2][j] = axis[j][0] * y - axis[j][1] * x;
  }
}

static double arm_run(void) {
  arm(hand, jacobian, angles);
  return hand[0];
}

static void arm_values(void) {
  arm_run();
  for (int i = 0; i < 3; i++) say(hand[i]);
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 6; j++) say(jacobian[i][j]);
}

static struct {
  const char *name;
  void (*prepare)(int);
  int size;
  double (*run)(void);
  void (*values)(void);
  int ready;
  long calls;
} all[] = {
    {"tiny f32: gradient", single_prepare, 0, single_run, single_values, 0, 1},
    {"tiny f64: gradient", double_prepare, 0, double_run, double_values, 0, 1},
    {"rosenbrock 2: gradient", rosenbrock_prepare, 2, rosenbrock_run, rosenbrock_values, 0, 1},
    {"rosenbrock 10: gradient", rosenbrock_prepare, 10, rosenbrock_run, rosenbrock_values, 0, 1},
    {"rosenbrock 100: gradient", rosenbrock_prepare, 100, rosenbrock_run, rosenbrock_values, 0, 1},
    {"rosenbrock 1000: gradient", rosenbrock_prepare, 1000, rosenbrock_run, rosenbrock_values, 0, 1},
    {"arm: jacobian", arm_prepare, 0, arm_run, arm_values, 0, 1},
};
enum { COUNT = sizeof all / sizeof *all };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e9 * t.tv_sec + t.tv_nsec;
}

// One turn: as many calls as fill two milliseconds, after one that warms up.
static double per_call(double (*run)(void), long *calls) {
  static volatile double sink;
  sink = run();
  for (;;) {
    double start = now();
    for (long i = 0; i < *calls; i++) sink = run();
    double took = now() - start;
    if (took >= 2e6) return took / *calls;
    *calls *= 2;
  }
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  folder = argv[1];
  printf("{\"name\":\"gcc %d\",\"workloads\":[", __GNUC__);
  for (int i = 0; i < COUNT; i++) printf("%s\"%s\"", i ? "," : "", all[i].name);
  puts("]}");
  fflush(stdout);
  char line[256];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    for (int i = 0; i < COUNT; i++) {
      if (strcmp(line, all[i].name)) continue;
      if (all[i].ready) {
        printf("{\"nanoseconds\":%.17g}\n", per_call(all[i].run, &all[i].calls));
      } else {
        workload = all[i].name;
        all[i].prepare(all[i].size);
        all[i].ready = 1;
        said = 0;
        printf("{\"values\":[");
        all[i].values();
        puts("]}");
      }
    }
    fflush(stdout);
  }
}
