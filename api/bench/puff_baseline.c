/* The sum of Gaussian puffs at receptors as a C programmer would write it for a vectorising compiler: the same tiles,
   the same four-parameter exponent and one exponential a pair, clamped, because libmvec falls back to scalar code
   where an argument underflows. Compiled with -Ofast -march=native, which calls the vector exponential of libmvec. */
#include <math.h>

#define TILE 1024

void sum_double(long puffs, long n, const double *restrict rows, const double *restrict x, const double *restrict y,
                double *restrict out)
{
    for (long first = 0; first < n; first += TILE) {
        long last = first + TILE < n ? first + TILE : n;
        for (long k = 0; k < puffs; k++) {
            double px = rows[k], py = rows[puffs + k], a = rows[2 * puffs + k], b = rows[3 * puffs + k];
            double c = rows[4 * puffs + k], strength = rows[5 * puffs + k];
            for (long i = first; i < last; i++) {
                double dx = x[i] - px, dy = y[i] - py, p = a * dx + b * dy, q = c * dy, e = -(p * p + q * q);
                out[i] += strength * exp(e > -700.0 ? e : -700.0);
            }
        }
    }
}

void sum_single(long puffs, long n, const float *restrict rows, const float *restrict x, const float *restrict y,
                float *restrict out)
{
    for (long first = 0; first < n; first += TILE) {
        long last = first + TILE < n ? first + TILE : n;
        for (long k = 0; k < puffs; k++) {
            float px = rows[k], py = rows[puffs + k], a = rows[2 * puffs + k], b = rows[3 * puffs + k];
            float c = rows[4 * puffs + k], strength = rows[5 * puffs + k];
            for (long i = first; i < last; i++) {
                float dx = x[i] - px, dy = y[i] - py, p = a * dx + b * dy, q = c * dy, e = -(p * p + q * q);
                out[i] += strength * expf(e > -80.0f ? e : -80.0f);
            }
        }
    }
}
