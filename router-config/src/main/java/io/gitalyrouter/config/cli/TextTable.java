package io.gitalyrouter.config.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lines of text in columns, as people read them on a terminal. <em>Not thread-safe; confined to the
 * thread that fills it.</em>
 */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final int columns;

  private TextTable(List<String> header) {
    this.columns = header.size();
    rows.add(header);
  }

  /** A table with these column names. */
  public static TextTable of(String... header) {
    return new TextTable(List.of(header));
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException if it has another number of cells than the header
   */
  public TextTable row(String... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(
          "row: " + cells.length + " cells (expected: " + columns + ")");
    }
    // A line break in a reason would look like a row.
    rows.add(Arrays.stream(cells).map(cell -> cell.replaceAll("\\s*\\R\\s*", " ")).toList());
    return this;
  }

  /** The lines, each with its end. */
  @Override
  public String toString() {
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        line.append(cell).append(" ".repeat(widths[i] - cell.length())).append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
