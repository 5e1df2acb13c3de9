package io.gitalyrouter.config.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a comparison's page must be in a browser of 1280x800: it is drawn, without an error, loads
 * nothing, and can be read. <em>Thread-safe.</em>
 */
public final class PageCheck {
  private static final int MIN_FONT_PIXELS = 12;

  /** What a reader would stumble over, by the browser's own measures. */
  private static final String LOOK =
      """
      (() => {
        const found = { width: document.documentElement.scrollWidth, small: [], overlaps: [],
          outside: [], broken: [], plots: [], words: document.body.innerText };
        const scale = svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const in_ = walker.currentNode.parentElement;
          if (!walker.currentNode.textContent.trim() || in_.closest('title')) continue;
          const svg = in_.closest('svg');
          const size = parseFloat(getComputedStyle(in_).fontSize) * (svg ? scale(svg) : 1);
          if (size < MIN) found.small.push(size + ' ' + in_.textContent);
        }
        for (const cell of document.querySelectorAll('th, td')) {
          const range = document.createRange();
          range.selectNodeContents(cell);
          const lines = new Set([...range.getClientRects()].map(line => Math.round(line.top)));
          if (!/\\s/.test(cell.textContent) && cell.textContent.length < 15 && lines.size > 1) {
            found.broken.push(cell.textContent);
          }
        }
        for (const svg of document.querySelectorAll('svg')) {
          const box = svg.getBoundingClientRect();
          found.plots.push({ x: box.x, y: box.y + scrollY, width: box.width, height: box.height,
            title: svg.querySelector('title').textContent });
          const texts = [...svg.querySelectorAll('text')]
            .map(text => ({ words: text.textContent, box: text.getBoundingClientRect() }));
          texts.forEach((a, i) => {
            if (a.box.left < box.left - 1 || a.box.right > box.right + 1
                || a.box.top < box.top - 1 || a.box.bottom > box.bottom + 1) {
              found.outside.push(a.words);
            }
            for (const b of texts.slice(i + 1)) {
              if (a.box.left < b.box.right - 1 && b.box.left < a.box.right - 1
                  && a.box.top < b.box.bottom - 1 && b.box.top < a.box.bottom - 1) {
                found.overlaps.push(a.words + ' / ' + b.words);
              }
            }
          });
        }
        return JSON.stringify(found);
      })()
      """
          .replace("MIN", String.valueOf(MIN_FONT_PIXELS));

  private PageCheck() {}

  /**
   * Opens a page, looks at it, and keeps a picture of it.
   *
   * @param plots so many it must have
   * @param picture where the picture goes
   */
  public static void check(Chromium chromium, Path page, int plots, Path picture) throws Exception {
    String name = String.valueOf(page.getFileName());
    chromium.open(page.toAbsolutePath());
    JsonObject found =
        JsonParser.parseString(chromium.evaluate(LOOK).getAsString()).getAsJsonObject();
    BufferedImage drawn = chromium.picture(picture);
    assertReadable(name, found);
    assertThat(found.getAsJsonArray("plots")).as(name).hasSize(plots);
    assertDrawn(name, found, drawn);
    assertQuiet(name, chromium);
  }

  private static void assertReadable(String name, JsonObject found) {
    assertThat(found.get("width").getAsInt())
        .as(name + " scrolls sideways")
        .isLessThanOrEqualTo(1280);
    assertThat(texts(found, "small")).as(name + " smaller than 12 pixels").isEmpty();
    assertThat(texts(found, "overlaps")).as(name + " words over words").isEmpty();
    assertThat(texts(found, "broken")).as(name + " words broken over two lines").isEmpty();
    assertThat(texts(found, "outside")).as(name + " cut-off words").isEmpty();
    assertThat(found.get("words").getAsString())
        .as(name)
        .contains("Network route against local route", "Checks");
  }

  private static List<String> texts(JsonObject found, String what) {
    List<String> texts = new ArrayList<>();
    found.getAsJsonArray(what).forEach(text -> texts.add(text.getAsString()));
    return texts;
  }

  /** Each plot has more than its background: lines and dots of several colours. */
  private static void assertDrawn(String name, JsonObject found, BufferedImage picture) {
    assertThat(picture.getWidth()).isEqualTo(1280);
    for (JsonElement each : found.getAsJsonArray("plots")) {
      JsonObject plot = each.getAsJsonObject();
      Set<Integer> colours = new HashSet<>();
      int drawn = 0;
      int x = plot.get("x").getAsInt();
      int y = plot.get("y").getAsInt();
      int width = plot.get("width").getAsInt();
      int height = plot.get("height").getAsInt();
      for (int row = y; row < y + height && row < picture.getHeight(); row++) {
        for (int column = x; column < x + width; column++) {
          int colour = picture.getRGB(column, row);
          colours.add(colour);
          drawn += (colour & 0xffffff) == 0xffffff ? 0 : 1;
        }
      }
      String title = name + ": " + plot.get("title").getAsString();
      assertThat(colours).as(title).hasSizeGreaterThan(10);
      assertThat(drawn).as(title).isGreaterThan(width * height / 200);
    }
  }

  private static void assertQuiet(String name, Chromium chromium) {
    assertThat(chromium.told("Runtime.consoleAPICalled")).as(name).isEmpty();
    assertThat(chromium.told("Runtime.exceptionThrown")).as(name).isEmpty();
    assertThat(chromium.told("Log.entryAdded")).as(name).isEmpty();
    assertThat(chromium.told("Network.requestWillBeSent"))
        .as(name + " loads nothing but itself")
        .extracting(request -> request.getAsJsonObject("request").get("url").getAsString())
        .allMatch(url -> url.startsWith("file:") || url.startsWith("data:"))
        .filteredOn(url -> url.startsWith("file:"))
        .hasSize(1);
  }
}
