package org.ultravisor.node.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A YAML or JSON file (JSON is YAML) that remembers at which line each value stands. */
final class ConfigFile {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path path;
  private final Map<String, JsonLocation> locations = new HashMap<>();

  private ConfigFile(Path path) {
    this.path = path;
  }

  /** Reads the file's top object. */
  static Fields read(Path path) throws ConfigException {
    ConfigFile file = new ConfigFile(path);
    try {
      String text = Files.readString(path);
      JsonNode root = MAPPER.readTree(text);
      if (!root.isObject()) {
        throw new ConfigException(path + ": expected fields such as 'id: r1'");
      }
      file.locate(text);
      return new Fields(file, "", root);
    } catch (JsonProcessingException e) {
      throw new ConfigException(
          "%s%s: %s".formatted(path, lineOf(e.getLocation()), firstLine(e.getOriginalMessage())),
          e);
    } catch (IOException e) {
      throw new ConfigException("cannot read the configuration file %s: %s".formatted(path, e), e);
    }
  }

  /** An error at a field, named by its path from the top, such as {@code /replicas/1/raftPort}. */
  ConfigException error(String pointer, String what) {
    String field = pointer.isEmpty() ? "" : pointer.substring(1).replace('/', '.') + " ";
    return new ConfigException(
        "%s%s: %s%s".formatted(path, lineOf(locations.get(pointer)), field, what));
  }

  private void locate(String text) throws IOException {
    try (JsonParser parser = MAPPER.getFactory().createParser(text)) {
      while (parser.nextToken() != null) {
        locations.putIfAbsent(
            parser.getParsingContext().pathAsPointer().toString(), parser.currentTokenLocation());
      }
    }
  }

  private static String lineOf(@Nullable JsonLocation at) {
    return at == null ? "" : ":%d:%d".formatted(at.getLineNr(), at.getColumnNr());
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
