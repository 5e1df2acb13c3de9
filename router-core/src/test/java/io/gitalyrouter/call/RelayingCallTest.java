package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.route.Route;
import io.grpc.Metadata;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

final class RelayingCallTest {
  @Test
  void everything_is_told_to_the_next() {
    FakeSides sides = new FakeSides();
    RelayingCall call = () -> sides;
    Metadata headers = new Metadata();
    call.attempting(Route.NETWORK, headers);
    call.sent(Route.NETWORK);
    call.committed();
    call.answered(Route.NETWORK, 3);
    call.received(Route.NETWORK);
    call.committedEarly();
    call.moved(FIND_COMMIT, Status.UNAVAILABLE, MoveCause.SILENT, 3);
    call.ended(Route.LOCAL, Status.Code.OK, 3);
    assertThat(sides.attempts).containsExactly("network", "committed", "answered network 3");
    assertThat(headers.containsKey(FakeSides.ATTEMPT)).isTrue();
    assertThat(sides.messages).containsExactly("sent network", "received network");
    assertThat(sides.recorded)
        .containsExactly("committed early", "moved silent after UNAVAILABLE", "ended local OK");
  }
}
