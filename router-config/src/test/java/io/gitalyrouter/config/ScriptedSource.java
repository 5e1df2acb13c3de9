package io.gitalyrouter.config;

import io.gitalyrouter.config.source.ConfigSource;
import io.gitalyrouter.config.source.SourceContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A source whose versions a test delivers by hand, on its own thread. <em>Not thread-safe; confined
 * to the test's thread.</em>
 */
final class ScriptedSource implements ConfigSource {
  private @Nullable String text;
  private @Nullable Listener listener;

  /** A source with this text; null for one that cannot be read. */
  static ScriptedSource of(@Nullable String text) {
    ScriptedSource source = new ScriptedSource();
    source.text = text;
    return source;
  }

  /** The source holds this text, before anyone watches it; null if it cannot be read. */
  void holds(@Nullable String next) {
    text = next;
  }

  /** The source holds this text from now on, and says so. */
  void deliver(String next) {
    text = next;
    Objects.requireNonNull(listener, "not watched").onContent(content(next));
  }

  /** The source cannot be read any more, and says so. */
  void fail() {
    fail(new IOException("does not exist"));
  }

  /** The source cannot be read any more, for this reason, and says so. */
  void fail(IOException why) {
    text = null;
    Objects.requireNonNull(listener, "not watched").onFailure(why);
  }

  boolean isWatched() {
    return listener != null;
  }

  @Override
  public String name() {
    return "router.yaml";
  }

  @Override
  public SourceContent read() throws IOException {
    if (text == null) {
      throw new IOException("does not exist");
    }
    return content(text);
  }

  @Override
  public Watch watch(Listener next) {
    listener = next;
    return () -> listener = null;
  }

  private SourceContent content(String of) {
    return SourceContent.of(name(), of.getBytes(StandardCharsets.UTF_8));
  }
}
