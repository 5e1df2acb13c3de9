package io.gitalyrouter.config.imports;

import io.gitalyrouter.config.ConfigOrigin;
import io.gitalyrouter.config.InvalidConfigException;
import io.gitalyrouter.config.imports.Value.Mapping;
import io.gitalyrouter.config.imports.Value.Scalar;
import io.gitalyrouter.config.imports.Value.Sequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes a document of the storages in GitLab's own configuration: a {@code gitlab.yml} ({@code
 * repositories.storages}), a {@code gitlab.rb} fragment ({@code git_data_dirs} or {@code
 * gitlab_rails['repositories_storages']}), or the same as JSON or YAML, such as the attributes of a
 * Chef role. <em>Thread-safe.</em>
 */
public final class GitlabImport {
  private static final List<String> NAMES = List.of("git_data_dirs", "repositories_storages");
  private static final String EXPECTED =
      "repositories: storages:, git_data_dirs or repositories_storages";

  private GitlabImport() {}

  /**
   * Makes a document of a text.
   *
   * @param source the text's name for problems and notes; one that ends in {@code .rb} is Ruby
   * @param text the text; Ruby too if it looks like it
   * @throws InvalidConfigException with problems at their lines, none of which shows a secret
   */
  public static ImportedDocument read(String source, String text, ImportOptions options) {
    Value root = isRuby(source, text) ? RubyText.read(source, text) : yaml(source, text);
    List<Mapping> found = new ArrayList<>();
    collect(root, Collections.newSetFromMap(new IdentityHashMap<>()), found);
    if (found.isEmpty()) {
      found.addAll(bare(root).stream().toList());
    }
    if (found.isEmpty() || found.get(0).entries().isEmpty()) {
      throw Refusal.at(root.origin(), "no storages found (expected: " + EXPECTED + ")");
    }
    StorageWriter writer = new StorageWriter(options, commonToken(root));
    found.stream()
        .skip(1)
        .forEach(
            other -> writer.note(other.origin(), "more storages; the first ones are imported"));
    return writer.document(found.get(0));
  }

  private static boolean isRuby(String source, String text) {
    return source.endsWith(".rb")
        || text.contains("=>")
        || text.contains("git_data_dirs(")
        || text.contains("gitlab_rails[");
  }

  private static Value yaml(String source, String text) {
    return YamlText.read(source, text)
        .orElseThrow(
            () -> Refusal.at(new ConfigOrigin(source, 0, 0), "empty (expected: " + EXPECTED + ")"));
  }

  /** All mappings of storages, in the order of the text; what an alias names is looked at once. */
  private static void collect(Value value, Set<Value> seen, List<Mapping> found) {
    if (!seen.add(value)) {
      return;
    }
    if (value instanceof Sequence list) {
      list.items().forEach(item -> collect(item, seen, found));
    } else if (value instanceof Mapping mapping) {
      mapping.mapping("repositories").flatMap(r -> r.mapping("storages")).ifPresent(found::add);
      mapping
          .entries()
          .forEach(
              (name, inner) -> {
                if (NAMES.contains(name) && inner instanceof Mapping storages) {
                  found.add(storages);
                } else {
                  collect(inner, seen, found);
                }
              });
    }
  }

  /** The root itself, if all that it holds looks like a storage. */
  private static Optional<Mapping> bare(Value root) {
    return root instanceof Mapping mapping
            && mapping.entries().values().stream().allMatch(GitlabImport::isStorage)
        ? Optional.of(mapping)
        : Optional.empty();
  }

  private static boolean isStorage(Value value) {
    return value instanceof Mapping mapping
        && (mapping.entries().containsKey("gitaly_address")
            || mapping.entries().containsKey("path"));
  }

  /** The token of all storages that have none of their own: at the top, or in the first section. */
  private static Optional<Scalar> commonToken(Value root) {
    if (!(root instanceof Mapping mapping)) {
      return Optional.empty();
    }
    return Stream.concat(Stream.of(root), mapping.entries().values().stream())
        .flatMap(section -> tokenOf(section).stream())
        .findFirst();
  }

  private static Optional<Scalar> tokenOf(Value section) {
    return section instanceof Mapping mapping
        ? mapping
            .text("gitaly_token")
            .or(() -> mapping.mapping("gitaly").flatMap(gitaly -> gitaly.text("token")))
        : Optional.empty();
  }
}
