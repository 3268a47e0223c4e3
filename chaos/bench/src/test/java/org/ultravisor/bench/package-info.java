@NullMarked
package org.ultravisor.bench;

import org.jspecify.annotations.NullMarked;
