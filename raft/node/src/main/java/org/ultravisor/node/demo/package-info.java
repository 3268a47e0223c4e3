/**
 * {@code ultravisor demo}: the whole product on this machine in a minute, with a verdict. It starts
 * a local cluster, real monitors and guests, kills the leader under load and then checks everything
 * that the ledger promises.
 */
@NullMarked
package org.ultravisor.node.demo;

import org.jspecify.annotations.NullMarked;
