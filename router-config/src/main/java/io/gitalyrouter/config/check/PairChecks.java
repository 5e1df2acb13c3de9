package io.gitalyrouter.config.check;

import io.gitalyrouter.config.check.GitalyQuestions.Served;
import io.gitalyrouter.config.check.GitalyQuestions.ServerInfo;
import java.util.List;
import java.util.Optional;

/** What both routes of a storage must agree on. <em>Immutable.</em> */
final class PairChecks {
  static final String VERSIONS = "same version";
  static final String FILESYSTEM = "same filesystem_id";

  private PairChecks() {}

  static List<CheckResult> run(String storage, RouteFacts local, RouteFacts network) {
    if (local.info().isEmpty() || network.info().isEmpty()) {
      String why = (local.info().isEmpty() ? "the local" : "the network") + " route did not answer";
      return List.of(
          CheckResult.notMade(storage, VERSIONS, why),
          CheckResult.notMade(storage, FILESYSTEM, why));
    }
    ServerInfo here = local.info().get();
    ServerInfo there = network.info().get();
    return List.of(
        versions(storage, here.version(), there.version()), filesystem(storage, here, there));
  }

  private static CheckResult versions(String storage, String here, String there) {
    if (!here.isEmpty() && here.equals(there)) {
      return CheckResult.pass(storage, VERSIONS, here);
    }
    return CheckResult.fail(
        storage,
        VERSIONS,
        "local " + shown(here) + ", network " + shown(there),
        "deploy one version to both; the NFS servers come before the worker hosts");
  }

  private static CheckResult filesystem(String storage, ServerInfo here, ServerInfo there) {
    String local = id(here, storage);
    String network = id(there, storage);
    if (local.isEmpty() || network.isEmpty()) {
      return CheckResult.fail(
          storage,
          FILESYSTEM,
          "empty on " + (local.isEmpty() ? "the local" : "the network") + " route",
          "check that the storage is mounted there, and that .gitaly-metadata can be read");
    }
    return local.equals(network)
        ? CheckResult.pass(storage, FILESYSTEM, local)
        : CheckResult.fail(
            storage,
            FILESYSTEM,
            "local " + local + ", network " + network + ": two different file systems",
            "check the mount on this host, and the storage's path on the NFS server");
  }

  private static String id(ServerInfo info, String storage) {
    return Optional.ofNullable(info.storages().get(storage)).map(Served::filesystemId).orElse("");
  }

  private static String shown(String version) {
    return version.isEmpty() ? "unknown" : version;
  }
}
