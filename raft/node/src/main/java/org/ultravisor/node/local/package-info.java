/**
 * A whole cluster on this machine: replicas, host agent and monitors as child processes with free
 * ports and directories of their own. The demo, the benchmark and tests stand on it.
 */
@NullMarked
package org.ultravisor.node.local;

import org.jspecify.annotations.NullMarked;
