@NullMarked
package org.ultravisor.node.certs;

import org.jspecify.annotations.NullMarked;
