package io.gitalyrouter.config.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gitalyrouter.timing.TimingKey;
import io.gitalyrouter.timing.TimingMark;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The report's page in a browser of 1280x800: it is drawn, without an error, loads nothing, and can
 * be read. The pictures are kept in {@code target/pages}.
 */
@Timeout(300)
@ExtendWith(NeedsChromium.class)
final class ReportPageIT {
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

  @TempDir private Path directory;

  @Test
  void pages_are_drawn_without_an_error_and_can_be_read() throws Exception {
    Path pictures = Files.createDirectories(Path.of("target", "pages"));
    try (Chromium chromium = Chromium.start(Files.createDirectory(directory.resolve("profile")))) {
      for (String name : List.of("many-methods", "few-calls", "nothing")) {
        Path page = Files.writeString(pictures.resolve(name + ".html"), report(name).toHtml());
        chromium.open(page.toAbsolutePath());
        JsonObject found =
            JsonParser.parseString(chromium.evaluate(LOOK).getAsString()).getAsJsonObject();
        BufferedImage picture = chromium.picture(pictures.resolve(name + ".png"));
        assertReadable(name, found);
        assertDrawn(name, found, picture);
        assertQuiet(name, chromium);
      }
    }
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
    if (!name.equals("nothing")) {
      assertThat(found.getAsJsonArray("plots")).as(name).hasSize(3);
    }
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

  private static CompareReport report(String name) {
    SyntheticLog log = new SyntheticLog(Design.RPC, 7);
    log.hosts = 2;
    return switch (name) {
      case "many-methods" -> manyMethods(log);
      case "few-calls" -> {
        log.callsPerSlot = 4;
        yield Comparison.of(log.plan(), log.data());
      }
      default -> Comparison.of(log.plan(), new TimingData(List.of(), List.of(), List.of(), 0));
    };
  }

  /** Thirty methods with long names, trips, toggles, and a file list as of a fleet. */
  private static CompareReport manyMethods(SyntheticLog log) {
    log.callsPerSlot = 300;
    log.tripped = 0.03;
    log.factor = 1.2;
    List<SlotCounts> slots = new ArrayList<>();
    for (SlotCounts slot : log.data().slots()) {
      int method = (int) (slot.startMillis() / 10_000 % 30);
      TimingKey key = slot.key();
      slots.add(
          new SlotCounts(
              new TimingKey(
                  key.host(),
                  method % 3 == 0 ? "nfs-file02-with-a-long-name" : key.storage(),
                  "gitaly.RepositoryService/AMethodWithQuiteALongNameNumber" + method,
                  key.type(),
                  key.arm(),
                  key.served(),
                  key.reason(),
                  key.outcome()),
              slot.startMillis(),
              slot.endMillis(),
              slot.counts()));
    }
    List<HostMark> marks = new ArrayList<>();
    for (TimingMark.Kind kind : TimingMark.Kind.values()) {
      if (kind != TimingMark.Kind.LOST && kind != TimingMark.Kind.ASSIGNMENT) {
        marks.add(
            new HostMark(
                "git01",
                new TimingMark(
                    SyntheticLog.FROM.plusSeconds(60L * marks.size()),
                    kind,
                    "storage=nfs-file02-with-a-long-name ".repeat(6))));
      }
    }
    List<String> sources = new ArrayList<>();
    for (int host = 0; host < 40; host++) {
      sources.add("timings-git" + host + "-20261124T120000.000Z.hlog sha256:" + "0a".repeat(32));
    }
    return Comparison.of(log.plan(), new TimingData(slots, marks, sources, 0));
  }
}
