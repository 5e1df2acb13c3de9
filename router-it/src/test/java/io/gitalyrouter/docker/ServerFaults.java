package io.gitalyrouter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.docker.Fault.Need;
import io.gitalyrouter.history.RouterWatch;
import io.gitalyrouter.standin.StandInControl;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** Faults of a server's disk, settings, version and manners. */
final class ServerFaults {
  private static final String ALL_STORAGE_CALLS = "gitaly.R*";
  private static final String REF_EXISTS = "gitaly.RefService/RefExists";

  /** A repository that is not found has the server asked at most 5 s after the last time. */
  private static final Duration NEXT_SURVEY = Duration.ofSeconds(7);

  private ServerFaults() {}

  static List<Fault> all() {
    return List.of(
        Fault.of("slow disk", "the stand-in lets calls wait 300 ms", ServerFaults::slowDisk)
            .needing(Need.STAND_IN),
        Fault.of(
                "full disk",
                "the file system that both sides serve is filled",
                s -> {
                  s.cluster().share().fill();
                  try {
                    s.enough();
                  } finally {
                    s.cluster().share().free();
                  }
                })
            .needing(Need.MOUNTS),
        Fault.of(
                "share unmounted under the server",
                "`umount` of the network side's share; the reads under way at that moment are not judged",
                s -> {
                  s.traffic().tear(s.cluster().share()::unmount);
                  try {
                    s.says("is the share mounted?", NEXT_SURVEY);
                    s.enough();
                  } finally {
                    s.cluster().share().remount();
                  }
                })
            .needing(Need.MOUNTS),
        setting(
            "wrong share",
            "restarted with another directory",
            "serve different files",
            (stage, options) -> options.withStorage("/other")),
        setting(
            "wrong token",
            "restarted with another secret",
            "refuses the token",
            (stage, options) -> options.withTokenFile(stage.cluster().token("another"))),
        setting(
                "clock skew",
                "restarted with a clock 45 s ahead",
                "token has expired",
                (stage, options) -> options.withClockOffset(45))
            .needing(Need.STAND_IN),
        certificate(
            "certificate expired",
            "TLS; restarted with one that ended a week ago",
            "has expired",
            (s, o) -> o.withCertificate(s.certificates().expired())),
        certificate(
            "certificate of another host",
            "TLS; restarted with one for another name",
            "is not for",
            (s, o) -> o.withCertificate(s.certificates().wrongHost())),
        Fault.of(
            "certificate rotated",
            "TLS; `ca_file` gets the next CA, the server its certificate, `ca_file` loses the first",
            ServerFaults::rotated),
        Fault.of(
                "version skew",
                "the stand-in answers a method as if it did not know it",
                s -> {
                  StandInControl control = s.network().control();
                  control.disable(REF_EXISTS);
                  struck(s, 1);
                  s.enough();
                  control.clearFaults();
                })
            .needing(Need.STAND_IN),
        Fault.of(
                "goodbye",
                "the stand-in sends GOAWAY, and accepts again",
                s -> {
                  s.network().control().refuse(/* graceful= */ true);
                  s.network().control().accept();
                  s.enough();
                })
            .needing(Need.STAND_IN),
        Fault.of(
            "too many pings",
            "a server that throws out who pings more often than every 20 s; a minute of pings",
            s -> {
              s.quiet().awaitPings();
              assertThat(s.quiet().losses()).as("connections lost to pings").isZero();
            }),
        Fault.of(
                "name with another address",
                "`dns:`, names kept for 1 s: another server gets the name, the first one dies",
                NameFault::on)
            .needing(Need.PACKETS));
  }

  /** A change of the network server's settings. */
  private interface Change {
    ServerOptions of(FaultStage stage, ServerOptions options) throws Exception;
  }

  /** Wrong settings, which only ops can mend: status has to say what is wrong. */
  private static Fault setting(String name, String how, String says, Change change) {
    return Fault.of(
        name,
        how + "; ops mend it when status says \"" + says + "\"",
        stage -> {
          ServerOptions wrong = change.of(stage, right(stage));
          try {
            stage.network().restart(options -> wrong);
            stage.says(says);
            stage.enough();
          } finally {
            stage.mend();
          }
        });
  }

  private static Fault certificate(String name, String how, String says, Change change) {
    Fault setting = setting(name, how, says, change);
    return Fault.of(
        name,
        setting.how(),
        stage -> {
          stage.route(stage.certificates().way());
          setting.strike().on(stage);
        });
  }

  private static void rotated(FaultStage stage) throws Exception {
    Certificates certificates = stage.certificates();
    stage.route(certificates.way());
    certificates.trustBoth();
    stage.network().restart(options -> options.withCertificate(certificates.next()));
    stage.back();
    certificates.trustNext();
    stage.network().restart(options -> options);
  }

  private static ServerOptions right(FaultStage stage) throws Exception {
    UnaryOperator<ServerOptions> tls = o -> o.withCertificate(stage.certificates().good());
    return tls.apply(stage.cluster().networkOptions());
  }

  private static void slowDisk(FaultStage stage) {
    stage.network().control().delay(ALL_STORAGE_CALLS, Duration.ofMillis(300));
    struck(stage, 60);
    stage.network().control().clearFaults();
  }

  private static void struck(FaultStage stage, long strikes) {
    RouterWatch.until(
        "the fault strikes " + strikes + " times",
        () -> stage.network().control().counters().getFaults(0).getStruck() >= strikes);
  }
}
