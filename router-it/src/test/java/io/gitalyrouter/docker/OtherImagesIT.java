package io.gitalyrouter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * The same change on what the properties name: a Gitaly of another make, another base. A few faults
 * of every sort; {@code -Dfaults.all=true} makes them all.
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
          "wrong token",
          "certificate rotated");

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
    return partsOn(OtherImages::nameGitaly, /* isStandIn= */ false);
  }

  @TestFactory
  Stream<DynamicTest> change_on_another_base() throws Exception {
    return partsOn(OtherImages::nameBase, /* isStandIn= */ true);
  }

  private Stream<DynamicTest> partsOn(Runnable naming, boolean isStandIn) throws Exception {
    Cluster cluster =
        Cluster.start(
            () -> {
              naming.run();
              return GitalyImage.obtain();
            });
    StagedChange started = StagedChange.on(cluster);
    change = started;
    assertThat(cluster.image().isStandIn()).isEqualTo(isStandIn);
    List<Fault> faults =
        Faults.all().stream()
            .filter(f -> Boolean.getBoolean("faults.all") || OF_EVERY_SORT.contains(f.name()))
            .toList();
    return started.parts(faults);
  }
}
