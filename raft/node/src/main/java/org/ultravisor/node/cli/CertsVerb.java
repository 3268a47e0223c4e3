package org.ultravisor.node.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ultravisor.node.certs.CertificateSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes an authority and certificates for development. */
@Command(
    name = "certs",
    description = "Make an authority and certificates for development, with short lives.",
    mixinStandardHelpOptions = true)
final class CertsVerb implements Callable<Integer> {
  @Mixin private final Output output = new Output();

  @Parameters(paramLabel = "DIRECTORY", description = "Where to; it must not exist, or be empty.")
  private Path directory = Path.of("");

  @Option(
      names = "--replicas",
      paramLabel = "ID",
      split = ",",
      required = true,
      description = "The replicas' ids.")
  private List<String> replicas = new ArrayList<>();

  @Option(
      names = "--monitor",
      paramLabel = "PARTITION",
      split = ",",
      description = "Partitions whose monitors get a certificate.")
  private List<String> monitored = new ArrayList<>();

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "How long they are valid (default: ${DEFAULT-VALUE}).")
  private int days = 30;

  @Override
  public Integer call() throws CliFailure {
    if (days < 1 || days > 825) {
      throw CliFailure.usage("--days must be 1 to 825: " + days);
    }
    Map<String, List<String>> principals = CertificateSet.principals(replicas, monitored);
    for (String name : principals.keySet()) {
      if (!name.matches("[A-Za-z0-9._-]{1,64}") || name.startsWith(".")) {
        throw CliFailure.usage(
            "names are 1 to 64 letters, digits, '.', '_' or '-', not beginning with '.': " + name);
      }
    }
    if (principals.size() != replicas.size() + monitored.size() + 4) {
      throw CliFailure.usage("every name must be another: " + replicas + ", " + monitored);
    }
    try {
      List<Path> written =
          CertificateSet.write(directory, principals, Instant.now(), Duration.ofDays(days));
      if (output.json()) {
        printJson(written, principals);
      } else {
        print(written, principals);
      }
      return ExitCode.OK;
    } catch (FileAlreadyExistsException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw CliFailure.failed("cannot write certificates to %s: %s".formatted(directory, e));
    }
  }

  private void print(List<Path> written, Map<String, List<String>> principals) {
    Table table = new Table("NAME", "ROLES", "DIRECTORY");
    written.forEach(
        own -> {
          String name = String.valueOf(own.getFileName());
          table.row(name, String.join(" ", principals.getOrDefault(name, List.of())), own);
        });
    output.print(table);
    output.print(
        """

        Valid for %d days, for development only: whoever reads %s/authority/key.pem can be anybody.
        Each directory has certificate.pem, key.pem and trust.pem.
        A replica: in its configuration, instead of 'plainText: true',
          tls: {certificate: %s/%s/certificate.pem, key: %s/%s/key.pem, trust: %s/%s/trust.pem}
        A client: ultravisor --help; ultravisor submit --tls %s/operator --cluster HOST:PORT ...\
        """
            .formatted(
                days,
                directory,
                directory,
                replicas.getFirst(),
                directory,
                replicas.getFirst(),
                directory,
                replicas.getFirst(),
                directory));
  }

  private void printJson(List<Path> written, Map<String, List<String>> principals) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("directory", directory.toString());
    root.put("days", days);
    ArrayNode array = root.putArray("certificates");
    for (Path own : written) {
      String name = String.valueOf(own.getFileName());
      ObjectNode node = array.addObject().put("name", name).put("directory", own.toString());
      ArrayNode roles = node.putArray("roles");
      principals.getOrDefault(name, List.of()).forEach(roles::add);
    }
    output.printJson(root);
  }
}
