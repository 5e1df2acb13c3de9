package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.route.RoutingTable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a file holds, a running router either takes it or refuses it with located problems; what
 * is refused changes nothing. {@code -Dfuzz.seed} and {@code -Dfuzz.documents} for other ones.
 */
@Timeout(600)
final class DocumentFuzzTest {
  private static final long SEED = Long.getLong("fuzz.seed", 20_170_526);
  private static final int DOCUMENTS = Integer.getInteger("fuzz.documents", 100_000);
  private static final String HOST = "git01";

  /** A refusal is a line in the log, and there are tens of thousands. */
  private final Logger log = Logger.getLogger("io.gitalyrouter.config");

  private RoutingTable inForce = RoutingTable.of("none", List.of());
  private int applied;

  @BeforeEach
  void silence() {
    log.setLevel(Level.OFF);
  }

  @AfterEach
  void speak() {
    log.setLevel(null);
  }

  @Test
  void every_document_is_applied_or_refused_with_located_problems() throws Exception {
    Mutations mutations = new Mutations(SEED, samples());
    int taken = 0;
    FollowOptions options = FollowOptions.defaults();
    ScriptedSource first = ScriptedSource.of(Samples.document(10));
    InForce router = new InForce(FollowerStart.read(first, HOST, options), options, this::put);
    for (int i = 0; i < DOCUMENTS; i++) {
      SourceContent content = SourceContent.of("fuzz.yaml", mutations.next());
      try {
        taken += consider(router, content) ? 1 : 0;
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            String.format(
                "document %d of seed %d:%n%s",
                i, SEED, new String(content.bytes(), StandardCharsets.ISO_8859_1)),
            e);
      }
    }

    assertThat(taken).as("documents that were taken").isBetween(DOCUMENTS / 20, DOCUMENTS / 2);
  }

  private void put(RoutingTable table) {
    inForce = table;
    applied++;
  }

  private boolean consider(InForce router, SourceContent content) {
    RoutingTable before = inForce;
    int appliedBefore = applied;
    router.consider(content);
    ConfigStatus status = router.status();
    if (status.isCurrent()) {
      RoutingTable says = ConfigDocument.parse(content).tableFor(HOST);
      assertThat(inForce.meansTheSameAs(says)).as("what the document says is in force").isTrue();
      assertThat(status.hash()).isEqualTo(content.hash());
      return true;
    }
    assertThat(inForce).as("refused: the same table").isSameAs(before);
    assertThat(applied).isEqualTo(appliedBefore);
    assertThat(status.hash()).as("refused: the version before").isNotEqualTo(content.hash());
    checkProblems(status.problems(), content);
    return false;
  }

  private static void checkProblems(List<ConfigProblem> problems, SourceContent content) {
    String text = new String(content.bytes(), StandardCharsets.UTF_8);
    // YAML counts other characters as line ends too, but none of them more than once.
    long lines = text.chars().filter(c -> "\n\r\u0085\u2028\u2029".indexOf(c) >= 0).count() + 1;
    for (ConfigProblem problem : problems) {
      ConfigOrigin at = problem.origin();
      // Plain code: this runs some hundred thousand times.
      boolean located =
          at.source().equals("fuzz.yaml")
              && at.line() >= 0
              && at.line() <= lines
              && at.column() > 0 == at.line() > 0;
      String said = problem.problem();
      if (!located || said.isBlank() || said.length() > 500 || problem.toString().contains("\n")) {
        throw new AssertionError("not one line with its place: " + problem);
      }
    }
  }

  static Stream<String> bombs() {
    String deep = "version: 1\nstorages: ";
    return Stream.of(
        deep + "[".repeat(300_000),
        deep + "{a: ".repeat(200_000),
        "- ".repeat(400_000),
        "? ".repeat(400_000),
        IntStream.range(0, 20_000)
            .mapToObj(i -> " ".repeat(i % 40) + "a:\n")
            .collect(Collectors.joining()),
        multiplying(60),
        multiplying(20),
        "a: &a [" + "*a, ".repeat(200_000) + "]",
        "a: &a {b: *a}",
        "a: \"" + "\\x41".repeat(200_000),
        "!".repeat(900_000),
        "&a ".repeat(300_000),
        "%".repeat(900_000),
        "a".repeat(1_000_000),
        "---\n".repeat(250_000),
        "a: *" + "x".repeat(900_000),
        "a: !<" + "x".repeat(900_000) + "> b",
        "[" + "a:".repeat(450_000),
        "{" + "a,".repeat(450_000),
        "%YAML 1." + "2".repeat(900_000) + "\n---\na: 1",
        "a: '" + "''".repeat(400_000),
        "a: >\n" + " x\n".repeat(300_000),
        "a: \"" + "\\\n".repeat(450_000) + "\"",
        "version: 1" + "1".repeat(900_000),
        "stale_after: " + "9".repeat(900_000) + "s");
  }

  static Stream<String> wideDocuments() {
    return Stream.of(
        "version: 1\nstorages: " + "{" + "a, ".repeat(300_000) + "}",
        IntStream.range(0, 60_000).mapToObj(i -> "k" + i + ": 1\n").collect(Collectors.joining()));
  }

  private static String multiplying(int levels) {
    return IntStream.range(1, levels)
        .mapToObj(i -> "a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ", ").repeat(9) + "]\n")
        .collect(Collectors.joining("", "a0: &a0 [x]\n", ""));
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void bomb_is_refused_in_under_a_second(String text) {
    refuseWithin(Duration.ofSeconds(1), text);
  }

  @ParameterizedTest
  @MethodSource("wideDocuments")
  void document_of_a_hundred_thousand_keys_is_refused_in_time_too(String text) {
    refuseWithin(Duration.ofSeconds(10), text);
  }

  private static void refuseWithin(Duration limit, String text) {
    SourceContent content = SourceContent.of("fuzz.yaml", text.getBytes(StandardCharsets.UTF_8));
    // The thread's own time: a machine that has other things to do is no fault of the reader.
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    InvalidConfigException thrown =
        catchThrowableOfType(InvalidConfigException.class, () -> ConfigDocument.parse(content));

    assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - before)).isLessThan(limit);
    assertThat(thrown).isNotNull();
    checkProblems(thrown.problems(), content);
  }

  private static List<byte[]> samples() throws IOException, URISyntaxException {
    List<byte[]> samples = new ArrayList<>();
    for (String directory : List.of("/valid", "/invalid")) {
      Path path = Path.of(DocumentFuzzTest.class.getResource(directory).toURI());
      try (Stream<Path> files = Files.list(path)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
          samples.add(Files.readAllBytes(file));
        }
      }
    }
    // Most changes to a good document are worth more than most to a bad one.
    byte[] plain = Samples.document(50).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20; i++) {
      samples.add(plain);
    }
    return samples;
  }
}
