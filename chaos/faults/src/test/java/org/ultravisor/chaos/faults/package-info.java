@org.jspecify.annotations.NullMarked
package org.ultravisor.chaos.faults;
