package io.gitalyrouter.config;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Makes documents out of others: by bytes, by words and lines, and by the keys that are declared.
 * The same seed makes the same documents. <em>Not thread-safe; confined to a test.</em>
 */
final class Mutations {
  private static final List<String> WORDS =
      List.of(
          "~",
          "null",
          ".nan",
          ".inf",
          "0x10",
          "1e9",
          "-1",
          "99999999999999999999",
          "0",
          "true",
          "off",
          "2001-01-01",
          "!!int",
          "!a",
          "&a",
          "*a",
          "*b",
          "<<",
          "[",
          "]",
          "{",
          "}",
          ",",
          ":",
          "-",
          "?",
          "|",
          ">",
          "\"",
          "'",
          "%YAML 1.1",
          "---",
          "...",
          "#",
          "\t",
          "\r\n",
          "\n",
          "\\",
          "\\u0000",
          "\uFEFF",
          "\u2028",
          "\uD83D\uDE00",
          "git*",
          "*",
          "all",
          "10s",
          "5m",
          "100ms",
          "1h",
          "1500ms",
          "unix:/a",
          "tcp://h:1",
          "tls://[::1]:70000",
          "dns:",
          "unix:relative",
          "network",
          "local",
          "keep");

  private final Random random;
  private final List<byte[]> samples;
  private final List<String> keys =
      Arrays.stream(ConfigKey.values()).map(ConfigKey::key).distinct().toList();

  Mutations(long seed, List<byte[]> samples) {
    this.random = new Random(seed);
    this.samples = samples;
  }

  /** The next document. */
  byte[] next() {
    byte[] document =
        random.nextInt(4) == 0
            ? grown().getBytes(StandardCharsets.UTF_8)
            : samples.get(random.nextInt(samples.size()));
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      document = random.nextInt(3) == 0 ? bytes(document) : text(document);
    }
    return document;
  }

  private byte[] bytes(byte[] from) {
    if (from.length == 0) {
      return new byte[] {(byte) random.nextInt(256)};
    }
    int at = random.nextInt(from.length);
    int end = Math.min(from.length, at + 1 + random.nextInt(20));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(from, 0, at);
    switch (random.nextInt(5)) {
      case 0 -> {
        out.write(from[at] ^ (1 << random.nextInt(8)));
        out.write(from, at + 1, from.length - at - 1);
      }
      case 1 -> {
        out.write(random.nextInt(256));
        out.write(from, at, from.length - at);
      }
      case 2 -> out.write(from, end, from.length - end);
      case 3 -> {
        out.write(from, at, end - at);
        out.write(from, at, from.length - at);
      }
      default -> {
        // The rest is cut off.
      }
    }
    return out.toByteArray();
  }

  private byte[] text(byte[] from) {
    String text = new String(from, StandardCharsets.UTF_8);
    List<String> parts =
        new ArrayList<>(
            Arrays.asList(
                text.split(random.nextBoolean() ? "(?<=\n)" : "(?<=[ \n:,])|(?=[ \n:,])")));
    int at = random.nextInt(parts.size());
    switch (random.nextInt(6)) {
      case 0 -> parts.remove(at);
      case 1 -> parts.add(at, parts.get(random.nextInt(parts.size())));
      case 2 -> parts.set(at, word());
      case 3 -> parts.add(at, word());
      case 4 -> parts.set(at, " ".repeat(random.nextInt(4)) + parts.get(at));
      default -> {
        String other =
            new String(samples.get(random.nextInt(samples.size())), StandardCharsets.UTF_8);
        parts.set(at, other.substring(random.nextInt(other.length() + 1)));
      }
    }
    return String.join("", parts).getBytes(StandardCharsets.UTF_8);
  }

  private String word() {
    return random.nextInt(3) == 0
        ? keys.get(random.nextInt(keys.size()))
        : WORDS.get(random.nextInt(WORDS.size()));
  }

  /** A document of declared keys, most of them in their place and with values in their range. */
  private String grown() {
    StringBuilder out = new StringBuilder("version: 1\n");
    top(out, "breaker");
    top(out, "failover");
    out.append("storages:\n");
    int storages = 1 + random.nextInt(3);
    for (int i = 0; i < storages; i++) {
      out.append(String.format(Locale.ROOT, "  s%d: { local: { address: 'unix:/l' }", i));
      out.append(
          String.format(Locale.ROOT, ", network: { address: 'tcp://h%d:1'%s } }%n", i, timed()));
    }
    out.append("roles:\n");
    out.append("  r: { route: network, storages: ").append(sometimes("[s0]", "all"));
    out.append(random.nextBoolean() ? ", breaker: {" + settings("breaker") + "}" : "")
        .append(" }\n");
    out.append("hosts:\n  ").append(sometimes("git*", "git01")).append(": { roles: [r] }\n");
    return out.toString();
  }

  private void top(StringBuilder out, String mapping) {
    if (random.nextBoolean()) {
      out.append(mapping).append(": {").append(settings(mapping)).append("}\n");
    }
  }

  private String settings(String mapping) {
    StringBuilder out = new StringBuilder();
    for (String key : ConfigKey.within(mapping)) {
      if (random.nextInt(3) == 0) {
        out.append(key)
            .append(": ")
            .append(sometimes(defaultOf(mapping + "." + key), word()))
            .append(", ");
      }
    }
    return out.toString();
  }

  private String timed() {
    return random.nextInt(3) == 0 ? ", keepalive: " + sometimes("20s", word()) : "";
  }

  private String sometimes(String usual, String other) {
    return random.nextInt(6) == 0 ? other : usual;
  }

  private static String defaultOf(String path) {
    return Arrays.stream(ConfigKey.values())
        .filter(key -> key.path().equals(path))
        .findFirst()
        .orElseThrow()
        .defaultValue();
  }
}
