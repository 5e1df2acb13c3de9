package io.gitalyrouter.docker;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * The same change on what the properties name: a Gitaly of another make, another base. A few
 * faults; {@code -Dfaults.all=true} makes them all.
 */
@DockerTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OtherImagesIT {
  private static final Set<String> OF_EVERY_SORT =
      Set.of(
          "killed",
          "packets dropped",
          "slow disk",
          "share unmounted under the server",
          "certificate rotated");

  /** What a base can make a difference to: that a process starts, and is told what to do. */
  private static final Set<String> OF_A_PROCESS = Set.of("killed", "slow disk");

  private @Nullable StagedChange change;

  @AfterEach
  void stop() throws Exception {
    OtherImages.nameNone();
    if (change != null) {
      change.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> change_on_a_gitaly_of_another_make() throws Exception {
    return partsOn(OtherImages::nameGitaly, OF_EVERY_SORT);
  }

  @TestFactory
  Stream<DynamicTest> change_on_another_base() throws Exception {
    return partsOn(OtherImages::nameBase, OF_A_PROCESS);
  }

  private Stream<DynamicTest> partsOn(Runnable naming, Set<String> names) throws Exception {
    Cluster cluster =
        Cluster.start(
            () -> {
              naming.run();
              return GitalyImage.obtain();
            });
    StagedChange started = StagedChange.on(cluster);
    change = started;
    List<Fault> faults =
        Faults.all().stream()
            .filter(f -> Boolean.getBoolean("faults.all") || names.contains(f.name()))
            .toList();
    return started.parts(faults);
  }
}
