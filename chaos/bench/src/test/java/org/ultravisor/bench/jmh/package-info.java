/** Microbenchmarks of the core alone, beside what one would use instead; docs/benchmarks.md. */
@NullMarked
package org.ultravisor.bench.jmh;

import org.jspecify.annotations.NullMarked;
