package io.gitalyrouter.config.compare;

import io.gitalyrouter.config.page.Chromium;
import io.gitalyrouter.config.page.NeedsChromium;
import io.gitalyrouter.config.page.PageCheck;
import io.gitalyrouter.timing.TimingKey;
import io.gitalyrouter.timing.TimingMark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  @TempDir private Path directory;

  @Test
  void pages_are_drawn_without_an_error_and_can_be_read() throws Exception {
    Path pictures = Files.createDirectories(Path.of("target", "pages"));
    try (Chromium chromium = Chromium.start(Files.createDirectory(directory.resolve("profile")))) {
      for (String name : List.of("many-methods", "few-calls", "nothing")) {
        Path page = Files.writeString(pictures.resolve(name + ".html"), report(name).toHtml());
        int plots = name.equals("nothing") ? 1 : 3;
        PageCheck.check(chromium, page, plots, pictures.resolve(name + ".png"));
      }
    }
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
