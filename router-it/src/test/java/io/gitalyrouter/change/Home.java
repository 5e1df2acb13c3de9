package io.gitalyrouter.change;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gitalyrouter.etcd.EtcdServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** Where a fleet's document is. */
sealed interface Home extends AutoCloseable {
  /** What a worker is started with. */
  List<String> workerOptions();

  /** What the operator has in the environment. */
  Map<String, String> environment();

  /** Whether the processes of all hosts answer in one admin directory. */
  boolean isOneMachine();

  /** The document now. */
  String read() throws IOException;

  /** Puts the first document there. */
  void write(String document) throws IOException;

  /** The store cannot be used any more. */
  void die() throws IOException;

  /** What a command ends with that needs the store then. */
  int deadCode();

  /** It can be used again. */
  void revive() throws IOException;

  @Override
  void close();

  /** A file, which dies by being half written. */
  record InFile(Path file) implements Home {
    @Override
    public List<String> workerOptions() {
      return List.of("--config", file.toString());
    }

    @Override
    public Map<String, String> environment() {
      return Map.of("GITALY_ROUTER_CONFIG", file.toString());
    }

    @Override
    public boolean isOneMachine() {
      return true;
    }

    @Override
    public String read() throws IOException {
      return Files.readString(file);
    }

    @Override
    public void write(String document) throws IOException {
      Path whole = Files.writeString(file.resolveSibling("next.yaml"), document);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void die() throws IOException {
      Files.copy(file, kept());
      write("version: 1\nstorages:\n  nfs-");
    }

    @Override
    public int deadCode() {
      return 1;
    }

    @Override
    public void revive() throws IOException {
      Files.move(kept(), file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path kept() {
      return file.resolveSibling("kept.yaml");
    }

    @Override
    public void close() {}
  }

  /** A real etcd, which dies by being killed. */
  record InEtcd(EtcdServer etcd) implements Home {
    private String endpoint() {
      return etcd.settings().endpoints().get(0).toString();
    }

    @Override
    public List<String> workerOptions() {
      return List.of("--etcd", endpoint());
    }

    @Override
    public Map<String, String> environment() {
      return Map.of("GITALY_ROUTER_ETCD", endpoint());
    }

    @Override
    public boolean isOneMachine() {
      return false;
    }

    @Override
    public String read() throws IOException {
      return new String(etcd.document().read().content().orElseThrow().bytes(), UTF_8);
    }

    @Override
    public void write(String document) throws IOException {
      long unused = etcd.write(document);
    }

    @Override
    public void die() {
      etcd.kill();
    }

    @Override
    public int deadCode() {
      return 70;
    }

    @Override
    public void revive() throws IOException {
      etcd.restart();
    }

    @Override
    public void close() {
      etcd.close();
    }
  }
}
