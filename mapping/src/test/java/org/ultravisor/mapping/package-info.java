@NullMarked
package org.ultravisor.mapping;

import org.jspecify.annotations.NullMarked;
