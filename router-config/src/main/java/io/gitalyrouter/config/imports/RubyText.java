package io.gitalyrouter.config.imports;

import io.gitalyrouter.config.ConfigOrigin;
import io.gitalyrouter.config.imports.Value.Mapping;
import io.gitalyrouter.config.imports.Value.Scalar;
import io.gitalyrouter.config.imports.Value.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the part of Ruby that a {@code gitlab.rb} fragment needs: {@code git_data_dirs(...)},
 * assignments to {@code gitlab_rails['...']}, and hashes, arrays, texts, symbols, numbers, true,
 * false and nil in them. Nothing is evaluated; everything else is refused where it begins. <em>Not
 * thread-safe; confined to one reading.</em>
 */
final class RubyText {
  private static final String STATEMENTS =
      "git_data_dirs(...), gitlab_rails['repositories_storages'] = {...} or"
          + " gitlab_rails['gitaly_token'] = '...', and literals in them";

  private final RubyScanner in;

  private RubyText(RubyScanner in) {
    this.in = in;
  }

  /** What the statements set, by name; a lone hash is what it holds. */
  static Mapping read(String source, String text) {
    return new RubyText(new RubyScanner(source, text)).statements();
  }

  private Mapping statements() {
    in.skipBlank();
    ConfigOrigin start = in.origin();
    if (in.isNext('{')) {
      Mapping lone = hash(0);
      if (!in.isAtEnd()) {
        throw in.refuse("more text after the hash (expected: the hash alone)");
      }
      return lone;
    }
    Map<String, Value> set = new LinkedHashMap<>();
    while (!in.isAtEnd()) {
      ConfigOrigin origin = in.origin();
      String name = name();
      if (set.putIfAbsent(name, literal(0)) != null) {
        throw YamlText.twice(origin);
      }
      if (name.equals("git_data_dirs")) {
        in.expect(")");
      }
    }
    return new Mapping(start, set);
  }

  /** The name of what a statement sets, and what stands before its value. */
  private String name() {
    ConfigOrigin start = in.origin();
    if (in.take("git_data_dirs")) {
      in.expect("(");
      return "git_data_dirs";
    }
    if (in.take("gitlab_rails")) {
      in.expect("[");
      String name = in.isNext('\'') || in.isNext('"') ? in.quoted() : "";
      in.skipBlank();
      in.expect("]");
      in.expect("=");
      if (name.equals("repositories_storages") || name.equals("gitaly_token")) {
        return name;
      }
    }
    throw Refusal.at(start, "not a literal, and not evaluated (expected: " + STATEMENTS + ")");
  }

  private Value literal(int depth) {
    ConfigOrigin origin = in.origin();
    if (depth > Refusal.MAX_DEPTH) {
      throw Refusal.tooDeep(origin);
    }
    if (in.isNext('{')) {
      return hash(depth);
    }
    if (in.isNext('[')) {
      return array(depth);
    }
    String text;
    if (in.isNext('\'') || in.isNext('"')) {
      text = in.quoted();
    } else {
      boolean symbol = in.isNext(":");
      if (symbol) {
        in.expect(":");
      }
      String word = in.word();
      if (word.isEmpty() || !(symbol || word.matches("[0-9]+|true|false|nil"))) {
        throw Refusal.at(origin, "not a literal, and not evaluated (expected: " + STATEMENTS + ")");
      }
      text = !symbol && word.equals("nil") ? "" : word;
    }
    in.skipBlank();
    return new Scalar(origin, text);
  }

  private Mapping hash(int depth) {
    ConfigOrigin origin = in.origin();
    in.expect("{");
    Map<String, Value> entries = new LinkedHashMap<>();
    while (!in.take("}")) {
      ConfigOrigin at = in.origin();
      String key = key();
      if (entries.putIfAbsent(key, literal(depth + 1)) != null) {
        throw YamlText.twice(at);
      }
      if (!in.take(",") && !in.isNext('}')) {
        throw in.refuse("not understood (expected: a comma, or the end of the hash)");
      }
    }
    return new Mapping(origin, entries);
  }

  /** {@code 'name' =>}, {@code :name =>}, {@code name:} or {@code "name":}. */
  private String key() {
    boolean quoted = in.isNext('\'') || in.isNext('"');
    boolean symbol = !quoted && in.take(":");
    String key = quoted ? in.quoted() : in.word();
    boolean colon = !symbol && in.take(":");
    if (!colon) {
      in.skipBlank();
    }
    if (key.isEmpty() || !(colon || in.take("=>"))) {
      throw in.refuse("not understood (expected: 'name' => value)");
    }
    return key;
  }

  private Sequence array(int depth) {
    ConfigOrigin origin = in.origin();
    in.expect("[");
    List<Value> items = new ArrayList<>();
    while (!in.take("]")) {
      items.add(literal(depth + 1));
      if (!in.take(",") && !in.isNext(']')) {
        throw in.refuse("not understood (expected: a comma, or the end of the array)");
      }
    }
    return new Sequence(origin, items);
  }
}
