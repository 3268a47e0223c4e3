/**
 * The command line: one class a verb, each with {@code --json}, and the exit codes of {@link
 * org.ultravisor.node.cli.ExitCode}. The only place that writes to standard output. Start with
 * {@link org.ultravisor.node.cli.Ultravisor}; other modules add verbs as {@link
 * org.ultravisor.node.cli.CliVerb} services.
 */
@NullMarked
package org.ultravisor.node.cli;

import org.jspecify.annotations.NullMarked;
