package org.ultravisor.ledger.command.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/** Text to values and back. Any thread. */
public final class JsonText {
  /** Longer documents are refused. */
  public static final int MOST_BYTES = 4 << 20;

  /** Documents nested deeper are refused. */
  public static final int MOST_DEPTH = 32;

  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(MOST_DEPTH)
          .maxStringLength(64 << 10)
          .maxNumberLength(40)
          .maxNameLength(256)
          .build();
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(CONSTRAINTS)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .build();
  private static final ObjectMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .loaderOptions(yamlOptions())
                  .streamReadConstraints(CONSTRAINTS)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .build();

  private JsonText() {}

  private static LoaderOptions yamlOptions() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MOST_BYTES);
    options.setNestingDepthLimit(MOST_DEPTH);
    return options;
  }

  /**
   * Reads a request's JSON: unknown fields are refused.
   *
   * @throws BadRequest saying where, what was found and what was expected
   */
  public static <T> T read(Form<T> form, byte[] json) {
    return form.read(Place.root(tree(JSON, "JSON", json), true));
  }

  /** The same of YAML of the same shape. */
  public static <T> T readYaml(Form<T> form, byte[] yaml) {
    return form.read(Place.root(tree(YAML, "YAML", yaml), true));
  }

  /**
   * Reads an answer's JSON: fields that a newer server may have added are passed over.
   *
   * @throws BadRequest if it cannot be understood
   */
  public static <T> T readAnswer(Form<T> form, byte[] json) {
    return form.read(Place.root(tree(JSON, "JSON", json), false));
  }

  /** Writes compact JSON in UTF-8. */
  public static <T> byte[] write(Form<T> form, T value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      form.write(value, out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /** Writes compact JSON. */
  public static <T> String print(Form<T> form, T value) {
    return new String(write(form, value), StandardCharsets.UTF_8);
  }

  /** Writes into a tree, for those who print it their own way. */
  public static <T> JsonNode tree(Form<T> form, T value) {
    try (TokenBuffer buffer = new TokenBuffer(JSON, false)) {
      form.write(value, buffer);
      JsonNode tree = JSON.readTree(buffer.asParser());
      return tree;
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  private static JsonNode tree(ObjectMapper mapper, String language, byte[] text) {
    if (text.length > MOST_BYTES) {
      throw new BadRequest("", text.length + " bytes", "at most " + MOST_BYTES);
    }
    try (JsonParser parser = mapper.getFactory().createParser(text)) {
      return document(mapper, language, parser);
    } catch (IOException e) {
      throw malformed(language, "", e);
    }
  }

  private static JsonNode document(ObjectMapper mapper, String language, JsonParser parser) {
    try {
      @Nullable JsonNode tree = mapper.readTree(parser);
      if (tree == null || tree.isMissingNode()) {
        throw new BadRequest("", "nothing", "a " + language + " document");
      }
      if (parser.nextToken() != null) {
        throw new BadRequest("", "more behind the document's end", "one " + language + " document");
      }
      return tree;
    } catch (IOException e) {
      throw malformed(language, parser.getParsingContext().pathAsPointer().toString(), e);
    }
  }

  private static BadRequest malformed(String language, String pointer, IOException e) {
    String found = String.valueOf(e.getMessage());
    if (e instanceof JsonProcessingException processing) {
      found = processing.getOriginalMessage();
      if (processing.getLocation() != null) {
        found +=
            " (line %d, column %d)"
                .formatted(
                    processing.getLocation().getLineNr(), processing.getLocation().getColumnNr());
      }
    }
    BadRequest bad = new BadRequest(pointer, found, "well-formed " + language);
    bad.initCause(e);
    return bad;
  }
}
