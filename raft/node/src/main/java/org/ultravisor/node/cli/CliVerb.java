package org.ultravisor.node.cli;

import java.util.concurrent.Callable;

/**
 * A verb that another module contributes, found through {@link java.util.ServiceLoader}. The class
 * is a picocli command: public, annotated with {@code @Command(name = "…")}, with a public
 * constructor without parameters, and with {@code @Mixin final Output output = new Output()} for
 * its {@code --json} and its printing. It may have subcommands of its own.
 *
 * <p>{@code call} returns an {@link ExitCode}; a {@link CliFailure} is printed for people, and any
 * other exception ends the command as failed, with its stack trace if {@code ULTRAVISOR_DEBUG} is
 * set.
 */
public interface CliVerb extends Callable<Integer> {}
