package io.gitalyrouter.docker;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * The change as operators make it, with every fault on the way, and with the settings that users
 * have: no read is lost, no mutation runs twice, the network side is back in use by itself, and
 * every step leads back. {@code -Dfaults.update=true} writes the table of what was seen, {@code
 * -Dfaults.only=...} makes one fault.
 */
@DockerTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StagedChangeIT {
  private @Nullable StagedChange change;

  @BeforeEach
  void start() throws Exception {
    change = StagedChange.on(Cluster.start());
  }

  @AfterEach
  void stop() throws Exception {
    if (change != null) {
      change.close();
      FaultTable.tell(change.rows());
    }
  }

  @TestFactory
  Stream<DynamicTest> every_step_and_every_fault_lead_back() {
    String only = System.getProperty("faults.only", "");
    List<Fault> faults =
        Faults.all().stream().filter(fault -> only.isEmpty() || fault.name().equals(only)).toList();
    return change().parts(faults);
  }

  private StagedChange change() {
    if (change == null) {
      throw new IllegalStateException("not started");
    }
    return change;
  }
}
