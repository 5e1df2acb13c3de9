package io.gitalyrouter.config.imports;

import io.gitalyrouter.config.ConfigOrigin;
import io.gitalyrouter.config.ConfigProblem;
import io.gitalyrouter.config.InvalidConfigException;
import io.gitalyrouter.config.imports.ImportedDocument.Note;
import io.gitalyrouter.config.imports.Value.Mapping;
import io.gitalyrouter.config.imports.Value.Scalar;
import io.gitalyrouter.route.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the document, and collects what to tell. <em>Not thread-safe; confined to one import.</em>
 */
final class StorageWriter {
  private static final Set<String> KNOWN = Set.of("gitaly_address", "gitaly_token", "path");

  /** What YAML takes for the end of a line, or refuses. */
  private static final String BREAKS = "\u2028\u2029\uFEFF\uFFFE\uFFFF";

  private final ImportOptions options;
  private final Optional<Scalar> commonToken;
  private final StringBuilder out = new StringBuilder("version: 1\nstorages:\n");
  private final List<String> onNetwork = new ArrayList<>();
  private final List<Note> notes = new ArrayList<>();
  private final List<ConfigProblem> problems = new ArrayList<>();

  StorageWriter(ImportOptions options, Optional<Scalar> commonToken) {
    this.options = options;
    this.commonToken = commonToken;
  }

  void note(ConfigOrigin origin, String text) {
    notes.add(new Note(origin, text));
  }

  /** The document of these storages. */
  ImportedDocument document(Mapping storages) {
    storages.entries().forEach(this::storage);
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(problems);
    }
    if (onNetwork.isEmpty()) {
      note(storages.origin(), "no storage has a network address; add network: where it has one");
    } else {
      out.append("roles:\n  network-gitaly:\n    route: network\n    storages: [");
      out.append(String.join(", ", onNetwork)).append("]\n    percent: 100\n");
      note(storages.origin(), "no host has the role network-gitaly yet; add one under hosts:");
    }
    out.append("hosts: {}\n");
    return new ImportedDocument(out.toString(), notes);
  }

  private void storage(String name, Value value) {
    if (name.isBlank()) {
      problem(value.origin(), name, "a storage without a name");
      return;
    }
    if (!(value instanceof Mapping storage)) {
      // As in 9.0, where a storage was a path.
      boolean isPath = value instanceof Scalar scalar && scalar.text().startsWith("/");
      if (isPath) {
        localOnly(name, value.origin());
      } else {
        problem(value.origin(), name, "not a storage (expected: gitaly_address, path)");
      }
      return;
    }
    storage.entries().forEach((key, inner) -> tellUnused(name, key, inner));
    Optional<Scalar> address = storage.text("gitaly_address");
    if (address.isEmpty()) {
      localOnly(name, value.origin());
      return;
    }
    Optional<Endpoint> endpoint = endpoint(name, address.get());
    if (endpoint.isPresent()) {
      Optional<String> tokenFile =
          tokenFile(name, storage.text("gitaly_token").or(() -> commonToken));
      if (endpoint.get() instanceof Endpoint.Unix) {
        entry(name, endpoint.get().address(), tokenFile);
      } else {
        entry(name, options.localAddress(), Optional.empty());
        note(
            value.origin(),
            named(name)
                + " has a network address only; its local side is "
                + options.localAddress());
        onNetwork.add(quote(name));
        side("network", endpoint.get().address(), tokenFile);
      }
    }
  }

  private void tellUnused(String name, String key, Value value) {
    if (!KNOWN.contains(key)) {
      note(value.origin(), named(name) + ": " + quote(key) + " has no counterpart and is left out");
    }
  }

  private void localOnly(String name, ConfigOrigin origin) {
    entry(name, options.localAddress(), Optional.empty());
    note(
        origin,
        named(name) + " has no gitaly_address; its local side is " + options.localAddress());
  }

  private Optional<Endpoint> endpoint(String name, Scalar address) {
    if (address.text().contains("@")) {
      // Not shown: what stands before the @ may be a password.
      problem(address.origin(), name, "an address with a user");
      return Optional.empty();
    }
    try {
      return Optional.of(Endpoint.parse(address.text()));
    } catch (IllegalArgumentException e) {
      problem(address.origin(), name, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Where the token is expected. The token itself goes nowhere. */
  private Optional<String> tokenFile(String name, Optional<Scalar> token) {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    String file =
        name.matches("[A-Za-z0-9._-]+") ? name : "storage-" + Integer.toHexString(name.hashCode());
    String path = options.tokenDirectory() + "/" + file + ".token";
    note(
        token.get().origin(),
        "the token of "
            + named(name)
            + " was not copied; write it to "
            + path
            + " and run: chmod 0600 "
            + path);
    return Optional.of(path);
  }

  private void entry(String name, String local, Optional<String> tokenFile) {
    out.append("  ").append(quote(name)).append(":\n");
    side("local", local, tokenFile);
  }

  private void side(String side, String address, Optional<String> tokenFile) {
    out.append("    ").append(side).append(": { address: ").append(quote(address));
    tokenFile.ifPresent(path -> out.append(", token_file: ").append(quote(path)));
    out.append(" }\n");
  }

  private void problem(ConfigOrigin origin, String name, String problem) {
    problems.add(new ConfigProblem(origin, name, problem));
  }

  private static String named(String storage) {
    return "storage " + quote(storage);
  }

  /** Text in YAML's double quotes, whatever is in it. */
  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
              } else if (c < ' ' || (c >= 0x7F && c < 0xA0) || BREAKS.indexOf(c) >= 0) {
                quoted.append(String.format(Locale.ROOT, "\\u%04X", c));
              } else {
                quoted.append((char) c);
              }
            });
    return quoted.append('"').toString();
  }
}
