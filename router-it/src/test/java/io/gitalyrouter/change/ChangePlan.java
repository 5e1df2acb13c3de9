package io.gitalyrouter.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The change plan, step by step: what is typed, what it says, and what it ends with. */
final class ChangePlan {
  private static final String PAGE = "https://example.com/change";
  private static final String WHY = " --change " + PAGE + " --wait 30s";
  private static final String ENABLE =
      "enable --host git01 --role network-gitaly --reason 'first host'" + WHY;
  private static final String DISABLE =
      "disable --host git01 --role network-gitaly --reason 'rollback'" + WHY;

  private final Fleet fleet;
  private final Home home;
  private final Desk alice;
  private final Desk bob;

  /** As alice's, for what the host itself says now: without a store. */
  private final Desk onTheHost;

  ChangePlan(Fleet fleet, Home home) {
    this.fleet = fleet;
    this.home = home;
    this.alice = Desk.of("alice", home.environment(), fleet.admin("git01"));
    this.bob = Desk.of("bob", home.environment(), fleet.admin("git01"));
    this.onTheHost = Desk.of("alice", Map.of(), fleet.admin("git01"));
  }

  void attemptWithTheWrongVersionIsRefused() throws Exception {
    String document = home.read();
    assertThat(alice.type(0, "status --host git01").out()).contains("git01");

    Executable.Result precheck = alice.type(1, "precheck --host git01 --expect-version 18.9.0");
    assertThat(precheck.check("FAIL", "nfs-file02 network", "version"))
        .contains("18.8.3, expected 18.9.0");
    assertThat(precheck.check("PASS", "nfs-file01 network", "version")).isNotEmpty();
    assertThat(alice.type(1, ENABLE).err())
        .contains("the precheck objects", "nfs-file02", "same version", "nothing was changed");

    assertThat(home.read()).isEqualTo(document);
    assertThat(alice.type(0, "audit").out()).doesNotContain("enable");
    fleet.assertQuiet("refused");
  }

  void prepare() throws Exception {
    String document = home.read();
    assertThat(
            alice
                .type(
                    0,
                    "precheck --host git01 --expect-version 18.9.0"
                        + " --probe-repository nfs-file01:group/sample.git")
                .out())
        .contains("0 failed");
    alice.type(0, "lock --reason 'first host' --change " + PAGE);
    assertThat(bob.type(1, ENABLE).err())
        .contains("another change is in progress: a lock of alice@");
    assertThat(alice.type(0, "plan enable --host git01 --role network-gitaly --measure 1s").out())
        .contains("nfs-file01", "network 100% tcp://127.0.0.1:", "reaches 1 hosts")
        .contains("undo: gitaly-router disable --host git01 --role network-gitaly --reason");
    assertThat(alice.type(0, DISABLE).out()).as("before the step").contains("nothing to change");
    assertThat(home.read()).isEqualTo(document);
    fleet.assertQuiet("prepared");
  }

  void giveTheRoleToOneHost() throws Exception {
    enable();
    assertThat(onTheHost.type(0, "status --host git01").out())
        .containsPattern("nfs-file01 .*network-gitaly 100% +network +tcp://\\S+ +READY +CLOSED");
    assertThat(
            alice
                .type(0, "explain --storage nfs-file01 --method gitaly.CommitService/FindCommit")
                .out())
        .contains("decision: meant for network, goes to network");
    assertThat(alice.type(0, "breaker list").out()).contains("nfs-file01", "CLOSED");
    Executable.Result traffic =
        alice.type(
            7, "verify-zero --window 1s --host git01 --server-metrics " + fleet.metricsPages());
    assertThat(proof(traffic, "in flight and open sockets")).isEqualTo("TRAFFIC");
    assertThat(proof(traffic, "server counters")).isEqualTo("TRAFFIC");
    rollBack("enabled");
  }

  void rollBackWhileAFaultIsRehearsed() throws Exception {
    enable();
    // On one machine stand processes of hosts, too, that have no network side to harm.
    alice.type(
        home.isOneMachine() ? 4 : 0,
        "drill fault --storage nfs-file01 --simulate unavailable --for 2m --reason 'rehearsal'");
    fleet.assertQuiet("a fault of the network side is made up");
    assertThat(onTheHost.type(3, "status --host git01").out())
        .contains("drill: unavailable", "blocked");
    rollBack("with the fault");
  }

  void rehearseTheRollback() throws Exception {
    enable();
    Executable.Result drill =
        alice.type(
            0,
            "drill rollback --host git01 --storage nfs-file01 --budget 30s --reason 'rehearsal'"
                + WHY);
    assertThat(drill.out())
        .containsPattern("fault +calls keep off +\\d+ ms\n")
        .containsPattern("order +acknowledged +\\d+ ms\n")
        .containsPattern("order +last network call gone +\\d+ ms\n")
        .contains("within the budget of 30s", "undo: gitaly-router enable --host git01");
    fleet.assertQuiet("rehearsed");
    assertThat(
            alice
                .type(1, "drill rollback --host git01 --storage nfs-file01 --reason 'once more'")
                .err())
        .contains("git01: none of its processes", "nothing was changed");

    enable();
    assertThat(
            alice
                .type(
                    11,
                    "drill rollback --host git01 --storage nfs-file01 --budget 1ms --reason 'haste'")
                .out())
        .contains("OVER the budget of 1ms");
    fleet.assertQuiet("rehearsed in haste");
  }

  /** The host keeps the role, with a share of 0; then the share is raised as far as it goes. */
  void raiseTheShareInSteps() throws Exception {
    assertThat(
            alice
                .type(
                    0,
                    "enable --host git01 --role network-gitaly --percent 0 --reason 'before the"
                        + " first step'"
                        + WHY)
                .out())
        .contains("undo: ");
    fleet.assertQuiet("a share of 0");
    assertThat(
            alice
                .type(
                    0,
                    "rollout start --role network-gitaly --ladder 1:1s,50:1s,100 --reason 'share'"
                        + WHY)
                .out())
        .contains("at 1%, step 1/3", "at 50%, step 2/3", "applied 1/1 hosts", "rollout: done");
    fleet.awaitNetworkCalls();
    rollBack("raised");
  }

  void forceLocalWhileTheStoreIsDead() throws Exception {
    enable();
    home.die();
    alice.type(home.deadCode(), DISABLE);
    assertThat(alice.type(0, "disable --all --now --reason 'the store is dead'").out())
        .contains("processes of this host");
    alice.type(0, "drain --wait 60s");
    fleet.assertQuiet("forced local");
    assertThat(alice.type(2, "status --host git01").out()).contains("the store is dead");
    home.revive();
    rollBack("the store is back");
    alice.type(0, "resume --reason 'it is back'");
    fleet.assertQuiet("resumed");
  }

  /** A call that the network side never answers is left over, and is not lost when cancelled. */
  void takeTheRoleAway() throws Exception {
    String method = "gitaly.CommitService/FindCommit";
    enable();
    assertThat(fleet.hostsOnTheNetworkSide()).containsExactly("git01");
    fleet.hangOneNetworkCall(method);
    assertThat(alice.type(0, DISABLE).out()).contains("applied 1/1 hosts");
    assertThat(alice.type(6, "drain --wait 1ms").out())
        .contains(method + " 1", "left over: 1 calls");
    assertThat(
            alice
                .type(0, "drain --wait 60s --cancel-after 1ms --reason 'half an hour is over'")
                .out())
        .contains("drained");
    fleet.assertQuiet("taken away");
  }

  void proveThatNothingFlows() throws Exception {
    String pages = fleet.metricsPages();
    assertThat(alice.type(0, "status").out()).contains("last change ").contains(Fleet.HOSTS);
    Executable.Result proved =
        alice.type(0, "verify-zero --window 2s --host git01,git02,git03 --server-metrics " + pages);
    assertThat(proof(proved, "calls started")).isEqualTo("PROVED");
    assertThat(proof(proved, "in flight and open sockets")).isEqualTo("PROVED");
    assertThat(proof(proved, "server counters")).isEqualTo("PROVED");
    assertThat(proved.out()).contains(Fleet.HOSTS);
    if (home.isOneMachine()) {
      proveNothingWithoutData();
    }
  }

  /** It waits until a report would be too old, which one of the two plans may do. */
  private void proveNothingWithoutData() throws Exception {
    Executable.Result unknown =
        alice.type(
            8,
            "verify-zero --window 1s --host git01,git09 --server-metrics http://127.0.0.1:1/metrics");
    assertThat(unknown.out())
        .contains("git09: unknown: no process reports", "cannot be read", "UNKNOWN");
  }

  void useTheKillSwitchOfTheDocument() throws Exception {
    assertThat(alice.type(0, "disable --all --reason 'to be sure'" + WHY).out())
        .contains("applied 3/3 hosts");
    assertThat(alice.type(1, ENABLE).err()).contains("the kill switch is on");
    fleet.assertQuiet("killed");
    assertThat(alice.type(0, "resume --all --reason 'all is well'" + WHY).out())
        .contains("applied 3/3 hosts");
  }

  void nameTheHostThatDoesNotAcknowledge() throws Exception {
    assertThat(alice.type(4, "enable --host git04 --reason 'a spare' --wait 1s").out())
        .contains("applied 0/1 hosts", "not acknowledged: git04: no process was heard");
    alice.type(4, "disable --host git04 --reason 'there is none' --wait 1s");
  }

  void closeTheBooks() throws Exception {
    alice.type(0, "unlock --reason 'the change is over'");
    JsonArray audit =
        JsonParser.parseString(alice.type(0, "audit --output json").out()).getAsJsonArray();
    List<String> actions = new ArrayList<>();
    audit.forEach(entry -> actions.add(entry.getAsJsonObject().get("action").getAsString()));
    String target = " --host git01 --role network-gitaly";
    assertThat(actions)
        .startsWith("lock", "enable" + target, "acknowledged", "disable" + target, "acknowledged")
        .endsWith("disable --host git04", "acknowledged", "unlock")
        .contains(
            "drill rollback --host git01 --storage nfs-file01 --simulate unavailable",
            "disable --all",
            "resume --all");
    assertThat(audit.toString()).contains(PAGE, "alice@", "within the budget of 30s", "git04: ");
    String timeline = alice.type(0, "timeline --since 1h --markdown").out();
    assertThat(timeline).startsWith("| time (UTC) | who | what | why |\n|---|---|---|---|\n| 20");
    assertThat(timeline.lines()).hasSize(audit.size() + 2);
    assertThat(timeline).contains("first host ([change](" + PAGE + "))", "applied 1/1 hosts");

    assertThat(fleet.hostsOnTheNetworkSide()).containsExactly("git01");
    assertThat(fleet.assertNoCallFailed()).isGreaterThan(500);
    assertThat(alice.said()).noneMatch(text -> text.contains(Fleet.SECRET));
    assertThat(onTheHost.said()).noneMatch(text -> text.contains(Fleet.SECRET));
    assertThat(bob.said()).noneMatch(text -> text.contains(Fleet.SECRET));
  }

  private void enable() throws Exception {
    assertThat(alice.type(0, ENABLE).out()).contains("applied 1/1 hosts", "undo: ");
    fleet.awaitNetworkCalls();
  }

  private void rollBack(String when) throws Exception {
    assertThat(alice.type(0, DISABLE).out()).contains("applied 1/1 hosts");
    assertThat(alice.type(0, "drain --wait 60s").out()).contains("0 calls left");
    fleet.assertQuiet("rolled back, " + when);
  }

  /** What a proof says. */
  private static String proof(Executable.Result result, String name) {
    return result
        .out()
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip().split(" ", 2)[0])
        .findFirst()
        .orElse("");
  }
}
