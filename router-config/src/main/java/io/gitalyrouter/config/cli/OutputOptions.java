package io.gitalyrouter.config.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.ToNumberPolicy;
import java.io.PrintWriter;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import picocli.CommandLine.Option;

/**
 * How a result is printed; a mixin of every command that has one. <em>Not thread-safe; confined to
 * the command that it is mixed into.</em>
 */
public final class OutputOptions {
  private static final Gson GSON =
      new GsonBuilder()
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeNulls()
          .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
          .create();

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      description = "How to print the result: ${COMPLETION-CANDIDATES}; table unless given.")
  private OutputFormat format = OutputFormat.TABLE;

  /** The format that was asked for. */
  public OutputFormat format() {
    return format;
  }

  /**
   * Prints a result.
   *
   * @param result what programs get
   * @param text what people get, in whole lines
   */
  public void print(Console console, JsonElement result, String text) {
    PrintWriter out = console.out();
    out.print(
        switch (format) {
          case TABLE -> text;
          case JSON -> GSON.toJson(result) + "\n";
          case YAML -> yaml(result);
        });
    out.flush();
  }

  private static String yaml(JsonElement result) {
    DumpSettings settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
    return new Dump(settings).dumpToString(GSON.fromJson(result, Object.class));
  }
}
