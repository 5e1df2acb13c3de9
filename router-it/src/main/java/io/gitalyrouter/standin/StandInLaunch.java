package io.gitalyrouter.standin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How to start a stand-in as a process: all files of the process lie in one directory. *Immutable.*
 *
 * @param directory of its socket, ledger, call log, output and ready file; must exist, and be short
 *     enough for the name of a unix socket (some 90 characters)
 * @param storages directories by storage name
 * @param listen where it serves
 * @param options further options of {@link StandInGitaly}, as on its command line
 * @param heapMegabytes the most that its heap may grow to
 * @param startTimeout how long it may take to be ready
 */
public record StandInLaunch(
    Path directory,
    Map<String, Path> storages,
    List<ListenAddress> listen,
    List<String> options,
    int heapMegabytes,
    Duration startTimeout) {
  private static final int DEFAULT_HEAP_MEGABYTES = 128;
  private static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(60);

  /** Copies the collections. */
  public StandInLaunch {
    storages = Collections.unmodifiableMap(new LinkedHashMap<>(storages));
    listen = List.copyOf(listen);
    options = List.copyOf(options);
  }

  /** A launch without storages and addresses yet. */
  public static StandInLaunch in(Path directory) {
    return new StandInLaunch(
        directory.toAbsolutePath(),
        Map.of(),
        List.of(),
        List.of(),
        DEFAULT_HEAP_MEGABYTES,
        DEFAULT_START_TIMEOUT);
  }

  /** Adds a storage, whose directory must exist. */
  public StandInLaunch withStorage(String name, Path root) {
    Map<String, Path> more = new LinkedHashMap<>(storages);
    more.put(name, root.toAbsolutePath());
    return new StandInLaunch(directory, more, listen, options, heapMegabytes, startTimeout);
  }

  /** Serves a unix socket named {@code gitaly.socket} in the directory. */
  public StandInLaunch withUnix() {
    return withListen(ListenAddress.unix(directory.resolve("gitaly.socket")));
  }

  /** Serves any free TCP port of the loopback interface; a restart takes the same one. */
  public StandInLaunch withTcp() {
    return withListen(ListenAddress.tcp(0));
  }

  /** Serves any free TCP port with TLS; a restart takes the same one. */
  public StandInLaunch withTls(Path certificate, Path key) {
    return withListen(ListenAddress.tls(0))
        .withOption("--tls-cert", certificate)
        .withOption("--tls-key", key);
  }

  /** Lets only clients in over TLS that one of these certificates signed. */
  public StandInLaunch withClientCa(Path file) {
    return withOption("--tls-client-ca", file);
  }

  /** Checks tokens against the secret in a file. */
  public StandInLaunch withTokenFile(Path file) {
    return withOption("--token-file", file);
  }

  /** Reports this server version. */
  public StandInLaunch withServerVersion(String version) {
    return withOption("--server-version", version);
  }

  /** Serves its metrics on any free TCP port of the loopback interface. */
  public StandInLaunch withMetrics() {
    return withOption("--metrics-port", 0);
  }

  /** Adds an address to serve. */
  public StandInLaunch withListen(ListenAddress address) {
    List<ListenAddress> more = new ArrayList<>(listen);
    more.add(address);
    return withAddresses(more);
  }

  /** Adds any option of {@link StandInGitaly} that takes a value. */
  public StandInLaunch withOption(String name, Object value) {
    List<String> more = new ArrayList<>(options);
    more.add(name);
    more.add(value.toString());
    return new StandInLaunch(directory, storages, listen, more, heapMegabytes, startTimeout);
  }

  /** Limits the heap. */
  public StandInLaunch withHeapMegabytes(int megabytes) {
    return new StandInLaunch(directory, storages, listen, options, megabytes, startTimeout);
  }

  /** Serves exactly these addresses. */
  StandInLaunch withAddresses(List<ListenAddress> addresses) {
    return new StandInLaunch(directory, storages, addresses, options, heapMegabytes, startTimeout);
  }

  /** The command that starts it, with the class path of this process. */
  List<String> command() {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx" + heapMegabytes + "m",
                StandInGitaly.class.getName()));
    storages.forEach((name, root) -> command.addAll(List.of("--storage", name + "=" + root)));
    listen.forEach(address -> command.addAll(List.of("--listen", address.toString())));
    command.addAll(List.of("--control-socket", controlSocket().toString()));
    command.addAll(List.of("--ledger", ledger().toString()));
    command.addAll(List.of("--calls", calls().toString()));
    command.addAll(List.of("--ready-file", readyFile().toString()));
    command.addAll(options);
    return command;
  }

  Path controlSocket() {
    return directory.resolve("control.socket");
  }

  Path ledger() {
    return directory.resolve("ledger.jsonl");
  }

  Path calls() {
    return directory.resolve("calls.jsonl");
  }

  Path readyFile() {
    return directory.resolve("ready.json");
  }

  Path output() {
    return directory.resolve("output.log");
  }

  /** The address of a transport, if it is served. */
  Optional<ListenAddress> address(String transport) {
    return listen.stream().filter(l -> l.transport().equals(transport)).findFirst();
  }
}
