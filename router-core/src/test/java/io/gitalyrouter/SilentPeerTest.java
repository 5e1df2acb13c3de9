package io.gitalyrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestGitaly;
import io.gitalyrouter.route.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A peer that takes connections and says nothing. */
@Timeout(60)
final class SilentPeerTest {
  private final List<Socket> accepted = new CopyOnWriteArrayList<>();

  @Test
  void no_attempt_that_was_given_up_is_left_when_the_role_is_off(@TempDir Path directory)
      throws IOException {
    try (ServerSocket peer = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Sides sides =
            new Sides(
                directory,
                TestGitaly.onTcp("network"),
                e -> Endpoint.parse("tcp://127.0.0.1:" + peer.getLocalPort()))) {
      Thread taking = new Thread(() -> take(peer));
      taking.start();
      sides.router().apply(sides.table(100));
      await().atMost(Duration.ofSeconds(15)).until(() -> isGivenUp(sides.events()));

      sides.router().apply(sides.table(0));

      assertThat(accepted).isNotEmpty();
      await()
          .atMost(Duration.ofSeconds(2))
          .until(() -> accepted.stream().allMatch(SilentPeerTest::isEnded));
    }
  }

  private void take(ServerSocket peer) {
    try {
      while (true) {
        accepted.add(peer.accept());
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static boolean isGivenUp(List<RouterEvent> events) {
    return events.stream()
        .anyMatch(
            event ->
                event instanceof RouterEvent.EndpointChanged changed
                    && changed.why().startsWith("no usable connection"));
  }

  /** Whether the other end has closed it; what it said before is read and dropped. */
  private static boolean isEnded(Socket socket) {
    try {
      socket.setSoTimeout(10);
      byte[] said = new byte[1024];
      while (socket.getInputStream().read(said) >= 0) {
        // More may have been said.
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
