package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The JSON schema against the keys, and against the samples that the reader is tested with. */
final class DocumentSchemaTest {
  private static final Gson GSON =
      new GsonBuilder().registerTypeAdapter(Double.class, numberOrText()).create();
  private static final Path FILE =
      Path.of("src/main/resources/io/gitalyrouter/config/document.schema.json");

  /** What a schema cannot find: references, units of a value, forms of names, bytes. */
  private static final Set<String> ONLY_THE_READER_FINDS =
      Set.of(
          "address-with-user.yaml",
          "connection-of-a-socket.yaml",
          "network-missing.yaml",
          "socket-path-too-long.yaml",
          "stale-after-long.yaml",
          "stale-after-short.yaml");

  static Stream<Path> valid() throws IOException, URISyntaxException {
    return files("/valid");
  }

  static Stream<Path> invalid() throws IOException, URISyntaxException {
    return files("/invalid");
  }

  private static Stream<Path> files(String directory) throws IOException, URISyntaxException {
    Path path = Path.of(DocumentSchemaTest.class.getResource(directory).toURI());
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  @Test
  void schema_is_what_the_keys_and_the_reference_document_say() throws IOException {
    String generated = DocumentSchema.generate();
    Path written = Files.writeString(Path.of("target", "document.schema.json"), generated);

    assertThat(Files.exists(FILE) ? Files.readString(FILE) : "")
        .as("%s; copy %s to it", FILE, written)
        .isEqualTo(generated);
  }

  @ParameterizedTest
  @MethodSource("valid")
  void valid_sample_is_valid(Path document) throws IOException {
    assertThat(errors(document)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void invalid_sample_is_refused_unless_only_the_reader_can_find_it(Path document)
      throws IOException {
    assertThat(errors(document).isEmpty())
        .as("accepted")
        .isEqualTo(ONLY_THE_READER_FINDS.contains(document.getFileName().toString()));
  }

  /** YAML has numbers that JSON has not. */
  private static JsonSerializer<Double> numberOrText() {
    return (number, type, context) ->
        Double.isFinite(number) ? new JsonPrimitive(number) : new JsonPrimitive(number.toString());
  }

  private static List<String> errors(Path document) throws IOException {
    LoadSettings settings = LoadSettings.builder().setMaxAliasesForCollections(50).build();
    Object tree;
    try {
      String text = new String(Files.readAllBytes(document), StandardCharsets.UTF_8);
      tree = new Load(settings).loadFromString(text);
    } catch (YamlEngineException e) {
      return List.of("not YAML: " + e.getMessage());
    }
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Files.readString(FILE), InputFormat.JSON);
    return schema.validate(GSON.toJson(tree), InputFormat.JSON).stream()
        .map(Object::toString)
        .toList();
  }
}
