package io.gitalyrouter.config.compare;

import java.util.Locale;

/** Draws a plot as SVG text. <em>Not thread-safe; for one plot.</em> */
final class Svg {
  private final StringBuilder text = new StringBuilder();

  Svg(int width, int height, String title) {
    text.append(
        String.format(
            Locale.ROOT,
            "<svg role=\"img\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\"><title>%s</title>\n",
            width,
            height,
            width,
            height,
            escaped(title)));
  }

  void line(double x1, double y1, double x2, double y2, String style) {
    text.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n",
            x1,
            y1,
            x2,
            y2,
            style));
  }

  void dot(double x, double y, String style, String tip) {
    text.append(
        String.format(
            Locale.ROOT,
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" class=\"%s\"><title>%s</title></circle>\n",
            x,
            y,
            style,
            escaped(tip)));
  }

  /**
   * Text that ends, begins or is centred at a place: {@code end}, {@code start}, {@code middle}.
   */
  void words(double x, double y, String anchor, String words) {
    text.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
            x,
            y,
            anchor,
            escaped(words)));
  }

  String end() {
    return text + "</svg>\n";
  }

  static String escaped(String words) {
    return words
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
