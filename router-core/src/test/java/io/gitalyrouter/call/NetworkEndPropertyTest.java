package io.gitalyrouter.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.transport.WatchedCall.Nudge;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds for every way in which a network attempt can end. */
final class NetworkEndPropertyTest {
  private static final List<@Nullable String> TEXTS =
      Arrays.asList(
          null,
          "",
          "storage name not found: \"s\"",
          "GetStorageByName: storage does not exist",
          "something else");
  private static final List<Boolean> BOTH = List.of(false, true);

  /** All that a decision on an end may look at. */
  private record Facts(
      Status status,
      boolean details,
      boolean headersSeen,
      boolean headersLeft,
      boolean replayable,
      @Nullable Nudge nudge,
      boolean gaveUp,
      boolean suspected) {
    Status.Code code() {
      return status.getCode();
    }

    Metadata trailers() {
      Metadata trailers = new Metadata();
      if (details) {
        trailers.put(Outcome.DETAILS, new byte[] {1});
      }
      return trailers;
    }

    @Nullable MoveCause cause() {
      return new NetworkEnd(
              status, trailers(), headersSeen, headersLeft, replayable, nudge, gaveUp, suspected)
          .moveCause();
    }

    boolean isOurCancel() {
      return code() == Status.Code.CANCELLED && nudge != null;
    }

    /** Its first message was held back, whatever ended the attempt. */
    boolean isUnsent() {
      return nudge == Nudge.GIT_QUARANTINE && !gaveUp;
    }

    boolean isServersCancel() {
      return code() == Status.Code.CANCELLED
          && nudge == null
          && !gaveUp
          && status.getCause() == null;
    }

    Facts withReplayable(boolean to) {
      return new Facts(status, details, headersSeen, headersLeft, to, nudge, gaveUp, suspected);
    }

    Facts withHeadersLeft(boolean to) {
      return new Facts(status, details, headersSeen, to, replayable, nudge, gaveUp, suspected);
    }

    Facts withSuspected(boolean to) {
      return new Facts(status, details, headersSeen, headersLeft, replayable, nudge, gaveUp, to);
    }
  }

  private static List<Status> statuses() {
    List<Status> statuses = new ArrayList<>();
    for (Status.Code code : Status.Code.values()) {
      for (String text : TEXTS) {
        statuses.add(code.toStatus().withDescription(text));
        statuses.add(
            code.toStatus().withDescription(text).withCause(new IllegalStateException("listener")));
      }
    }
    return statuses;
  }

  private static List<Facts> all() {
    List<Facts> all = new ArrayList<>();
    for (Status status : statuses()) {
      for (boolean details : BOTH) {
        for (boolean seen : BOTH) {
          for (boolean left : BOTH) {
            for (boolean replayable : BOTH) {
              for (boolean gaveUp : BOTH) {
                for (boolean suspected : BOTH) {
                  all.add(
                      new Facts(status, details, seen, left, replayable, null, gaveUp, suspected));
                  for (Nudge nudge : Nudge.values()) {
                    all.add(
                        new Facts(
                            status, details, seen, left, replayable, nudge, gaveUp, suspected));
                  }
                }
              }
            }
          }
        }
      }
    }
    return all;
  }

  @Test
  void success_and_the_deadline_s_end_never_move() {
    for (Facts facts : all()) {
      if (facts.code() == Status.Code.OK || facts.code() == Status.Code.DEADLINE_EXCEEDED) {
        assertThat(facts.cause()).as("%s", facts).isNull();
      }
    }
  }

  @Test
  void caller_that_gave_up_is_never_moved_unless_the_router_cancelled_first() {
    for (Facts facts : all()) {
      if (facts.code() == Status.Code.CANCELLED && facts.gaveUp && facts.nudge == null) {
        assertThat(facts.cause()).as("%s", facts).isNull();
      }
    }
  }

  @Test
  void call_that_never_left_moves_whatever_it_is_and_whatever_ended_it() {
    for (Facts facts : all()) {
      boolean ended =
          facts.isOurCancel()
              || facts.isServersCancel()
              || !EnumSet.of(Status.Code.OK, Status.Code.DEADLINE_EXCEEDED, Status.Code.CANCELLED)
                  .contains(facts.code());
      assertThat(facts.cause() == MoveCause.NEVER_LEFT)
          .as("%s", facts)
          .isEqualTo(!facts.headersLeft && ended && !facts.isUnsent());
    }
  }

  @Test
  void call_that_may_run_once_and_left_moves_only_at_the_door() {
    Set<Status.Code> door =
        EnumSet.of(
            Status.Code.UNIMPLEMENTED, Status.Code.UNAUTHENTICATED, Status.Code.INVALID_ARGUMENT);
    for (Facts facts : all()) {
      MoveCause cause = facts.cause();
      if (facts.headersLeft && !facts.replayable && !facts.isUnsent() && cause != null) {
        assertThat(cause).as("%s", facts).isEqualTo(MoveCause.REFUSED_AT_THE_DOOR);
      }
      if (cause == MoveCause.REFUSED_AT_THE_DOOR) {
        assertThat(facts.headersSeen).as("%s", facts).isFalse();
        assertThat(facts.code()).as("%s", facts).isIn(door);
      }
    }
  }

  @Test
  void answer_that_began_is_replayed_only_when_the_server_is_lost() {
    for (Facts facts : all()) {
      if (facts.headersSeen && facts.headersLeft && !facts.isUnsent() && facts.cause() != null) {
        assertThat(
                facts.code() == Status.Code.UNAVAILABLE
                    || facts.isOurCancel()
                    || facts.isServersCancel())
            .as("%s", facts)
            .isTrue();
      }
    }
  }

  @Test
  void cause_names_what_the_router_did() {
    for (Facts facts : all()) {
      MoveCause cause = facts.cause();
      if (cause == MoveCause.SHARE_SPENT) {
        assertThat(facts.nudge).as("%s", facts).isEqualTo(Nudge.SHARE_SPENT);
      } else if (cause == MoveCause.SILENT) {
        assertThat(facts.nudge).as("%s", facts).isNotNull().isNotEqualTo(Nudge.SHARE_SPENT);
      } else if (cause == MoveCause.FAILED) {
        assertThat(facts.isOurCancel()).as("%s", facts).isFalse();
      }
      if (facts.isOurCancel() && facts.replayable) {
        assertThat(cause).as("%s", facts).isNotNull().isNotEqualTo(MoveCause.FAILED);
      }
    }
  }

  @Test
  void call_that_may_run_twice_or_never_left_moves_at_least_as_readily() {
    for (Facts facts : all()) {
      if (facts.cause() != null) {
        assertThat(facts.withReplayable(true).cause()).as("%s", facts).isNotNull();
        assertThat(facts.withHeadersLeft(false).cause()).as("%s", facts).isNotNull();
      }
      assertThat(facts.withSuspected(!facts.suspected).cause())
          .as("%s", facts)
          .isEqualTo(facts.cause());
    }
  }

  @Test
  void call_that_was_held_back_for_its_quarantine_moves_whatever_it_is() {
    for (Facts facts : all()) {
      boolean over =
          facts.code() == Status.Code.OK || facts.code() == Status.Code.DEADLINE_EXCEEDED;
      assertThat(facts.cause() == MoveCause.GIT_QUARANTINE)
          .as("%s", facts)
          .isEqualTo(facts.isUnsent() && !over);
    }
  }
}
