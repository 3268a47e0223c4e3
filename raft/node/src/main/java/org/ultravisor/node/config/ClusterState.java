package org.ultravisor.node.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The file by which a demo that stays up tells the command line where its replicas are: {@code
 * $XDG_STATE_HOME/ultravisor/cluster.json}, else below {@code ~/.local/state}.
 */
public final class ClusterState {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;

  public ClusterState(Path file) {
    this.file = file;
  }

  /** Where it is for the user whom these environment variables describe. */
  public static ClusterState ofUser(Map<String, String> environment) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base =
        state.isBlank()
            ? Path.of(environment.getOrDefault("HOME", "."), ".local", "state")
            : Path.of(state);
    return new ClusterState(base.resolve("ultravisor").resolve("cluster.json"));
  }

  public Path file() {
    return file;
  }

  /** Writes the command channels' addresses, {@code host:port}; readers see all or nothing. */
  public void write(List<String> addresses) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    ArrayNode array = root.putArray("addresses");
    addresses.forEach(array::add);
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.write(draft, MAPPER.writeValueAsBytes(root));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The addresses; none if no demo is up. */
  public List<String> read() throws ConfigException {
    List<String> addresses = new ArrayList<>();
    if (Files.isRegularFile(file)) {
      try {
        MAPPER
            .readTree(Files.readString(file))
            .path("addresses")
            .forEach(address -> addresses.add(address.asText()));
      } catch (IOException e) {
        throw new ConfigException(
            "cannot read %s, which a demo wrote: %s".formatted(file, e.getMessage()), e);
      }
    }
    return addresses;
  }

  /** Forgets the cluster: the demo has ended. */
  public void clear() throws IOException {
    Files.deleteIfExists(file);
  }
}
