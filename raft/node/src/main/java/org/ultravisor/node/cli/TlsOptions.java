package org.ultravisor.node.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ultravisor.raft.tls.TlsFiles;
import org.ultravisor.raft.tls.TlsPaths;
import picocli.CommandLine.Option;

/** Mixed into verbs that talk to a cluster: with which certificate. */
final class TlsOptions {
  static final String VARIABLE = "ULTRAVISOR_TLS";

  @Option(
      names = "--tls",
      paramLabel = "DIRECTORY",
      description =
          "Where certificate.pem, key.pem and trust.pem lie (default: $ULTRAVISOR_TLS; without"
              + " any, plain text to this machine only).")
  private @Nullable Path directory;

  @Option(names = "--tls-cert", paramLabel = "FILE", description = "The certificate, in PEM.")
  private @Nullable Path certificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Its key, in PEM.")
  private @Nullable Path key;

  @Option(
      names = "--tls-trust",
      paramLabel = "FILE",
      description = "The authorities that replicas' certificates are from, in PEM.")
  private @Nullable Path trust;

  /** Reads the files that the options or the environment name; empty if they name none. */
  Optional<TlsFiles> open(Terminal terminal) throws CliFailure {
    Optional<TlsPaths> paths = paths(terminal);
    try {
      return paths.isEmpty() ? Optional.empty() : Optional.of(TlsFiles.open(paths.get()));
    } catch (IOException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    }
  }

  private Optional<TlsPaths> paths(Terminal terminal) throws CliFailure {
    if (certificate != null || key != null || trust != null) {
      if (certificate == null || key == null || trust == null || directory != null) {
        throw CliFailure.usage(
            "give --tls-cert, --tls-key and --tls-trust together, or --tls DIRECTORY alone");
      }
      return Optional.of(new TlsPaths(certificate, key, trust));
    }
    String variable = terminal.environment().getOrDefault(VARIABLE, "");
    Path from = directory != null || variable.isBlank() ? directory : Path.of(variable);
    return Optional.ofNullable(from).map(TlsPaths::in);
  }
}
