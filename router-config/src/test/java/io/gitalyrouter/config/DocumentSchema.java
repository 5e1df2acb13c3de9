package io.gitalyrouter.config;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the JSON schema of the document out of its keys and their reference document. */
final class DocumentSchema {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
  private static final Pattern BOUNDS = Pattern.compile("([0-9]+)-([0-9]+)");
  private static final Pattern NAME = Pattern.compile("<[a-z]+>");

  private final Map<String, String> meanings;

  private DocumentSchema(Map<String, String> meanings) {
    this.meanings = meanings;
  }

  static String generate() throws IOException {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Configuration of gitaly-router");
    schema.putAll(new DocumentSchema(meanings()).mapping(""));
    return GSON.toJson(schema) + "\n";
  }

  private static Map<String, String> meanings() throws IOException {
    Map<String, String> meanings = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Path.of("docs", "configuration.md"))) {
      if (line.startsWith("| `")) {
        String key = line.substring(3, line.indexOf('`', 3));
        String meaning = line.substring(line.lastIndexOf("| ", line.length() - 3) + 2);
        meanings.put(key, meaning.substring(0, meaning.length() - 2).replace("`", ""));
      }
    }
    return meanings;
  }

  private Map<String, Object> mapping(String path) {
    Map<String, Object> schema = new LinkedHashMap<>();
    Map<String, Object> properties = new LinkedHashMap<>();
    schema.put("type", "object");
    children(path).forEach(key -> properties.put(key.key(), value(key)));
    schema.put("properties", properties);
    schema.put("additionalProperties", false);
    List<String> required =
        children(path).stream()
            .filter(key -> key.defaultValue().equals("required"))
            .map(ConfigKey::key)
            .toList();
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    if (properties.containsKey("key_file")) {
      schema.put(
          "dependentRequired",
          ordered("cert_file", List.of("key_file"), "key_file", List.of("cert_file")));
    }
    if (properties.containsKey("token_file")) {
      schema.put("not", ordered("required", List.of("token_file", "insecure_inline_token")));
    }
    return schema;
  }

  private Map<String, Object> value(ConfigKey key) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("description", meanings.getOrDefault(key.path(), ""));
    schema.putAll(
        switch (key.type()) {
          case "mapping" -> named(key.path()).orElseGet(() -> mapping(key.path()));
          case "boolean or text" -> ordered("type", List.of("boolean", "string"), "minLength", 1);
          case "duration" -> text("^[0-9]{1,9}(ms|s|m|h|d)$");
          case "address" -> text("^(unix:/|tcp://|tls://|dns:).+");
          case "path" -> text("^/");
          case "list" -> list(key.range().endsWith("one or more") ? 1 : 0);
          case "list or text" -> ordered("anyOf", List.of(ordered("const", "all"), list(0)));
          case "text" -> words(key.range());
          case "number (%)" -> number("number", key.range());
          default -> number("integer", key.range());
        });
    if (key.range().endsWith("at least one")) {
      schema.put("minProperties", 1);
    }
    return schema;
  }

  /** The schema of a mapping whose keys are names. */
  private Optional<Map<String, Object>> named(String path) {
    return Arrays.stream(ConfigKey.values())
        .filter(key -> key.path().startsWith(path + ".<"))
        .findFirst()
        .map(
            key -> {
              Matcher name = NAME.matcher(key.path());
              if (!name.find(path.length())) {
                throw new IllegalStateException(key.path());
              }
              Map<String, Object> schema = new LinkedHashMap<>();
              schema.put("type", "object");
              schema.put("additionalProperties", mapping(path + "." + name.group()));
              return schema;
            });
  }

  private static List<ConfigKey> children(String path) {
    List<String> keys = ConfigKey.within(path);
    String prefix = path.isEmpty() ? "" : path + ".";
    return Arrays.stream(ConfigKey.values())
        .filter(key -> keys.contains(key.key()) && key.path().equals(prefix + key.key()))
        .toList();
  }

  private static Map<String, Object> text(String pattern) {
    return ordered("type", "string", "pattern", pattern);
  }

  private static Map<String, Object> list(int least) {
    Map<String, Object> list =
        ordered("type", "array", "items", ordered("type", "string", "minLength", 1));
    list.put("minItems", least);
    list.put("uniqueItems", true);
    return list;
  }

  private static Map<String, Object> words(String range) {
    return range.contains(" or ")
        ? ordered("enum", List.of(range.split(" or ")))
        : ordered("type", "string", "minLength", 1);
  }

  private static Map<String, Object> number(String type, String range) {
    Matcher bounds = BOUNDS.matcher(range);
    if (!bounds.find()) {
      return ordered("const", Integer.parseInt(range));
    }
    Map<String, Object> number =
        ordered("type", type, "minimum", Integer.parseInt(bounds.group(1)));
    number.put("maximum", Integer.parseInt(bounds.group(2)));
    return number;
  }

  /** As written, so that the schema is the same each time. */
  private static Map<String, Object> ordered(String key, Object value, Object... more) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(key, value);
    for (int i = 0; i < more.length; i += 2) {
      map.put((String) more[i], more[i + 1]);
    }
    return map;
  }
}
