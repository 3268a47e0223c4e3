/**
 * Which descriptor holds which page, and which host page a partition sees at which guest page.
 * Pure: depends on the JDK only; no IO, clock, randomness or threads of its own.
 */
@NullMarked
package org.ultravisor.mapping;

import org.jspecify.annotations.NullMarked;
