package io.gitalyrouter.standin.rpc;

import io.gitalyrouter.standin.journal.Ledger;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;

/** Git's pack protocol on plain streams, for both transports. *Thread-safe.* */
final class Packs {
  private final Mutations mutations;

  Packs(Mutations mutations) {
    this.mutations = mutations;
  }

  /** What {@code git upload-pack --advertise-refs} says, with the line for HTTP before it. */
  void advertiseUpload(Repository repository, String protocol, OutputStream out)
      throws IOException {
    PacketLineOut lines = serviceLine(out, "git-upload-pack");
    try (UploadPack pack = new UploadPack(repository)) {
      pack.setBiDirectionalPipe(/* twoWay= */ false);
      pack.setExtraParameters(parameters(protocol));
      pack.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(lines));
    }
    out.flush();
  }

  /** What {@code git receive-pack --advertise-refs} says, with the line for HTTP before it. */
  void advertiseReceive(Repository repository, OutputStream out) throws IOException {
    PacketLineOut lines = serviceLine(out, "git-receive-pack");
    ReceivePack pack = new ReceivePack(repository);
    pack.setBiDirectionalPipe(/* twoWay= */ false);
    pack.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(lines));
    out.flush();
  }

  /** Serves a fetch on a pipe. */
  void upload(
      Repository repository,
      String protocol,
      InputStream in,
      OutputStream out,
      OutputStream messages)
      throws IOException {
    try (UploadPack pack = new UploadPack(repository)) {
      pack.setExtraParameters(parameters(protocol));
      pack.upload(in, out, messages);
    }
    out.flush();
  }

  /**
   * Takes a push. Its execution begins when the pack is there and references are about to move.
   *
   * @param twoWay whether the client waits for the references first
   */
  void receive(
      Repository repository,
      String detail,
      boolean twoWay,
      InputStream in,
      OutputStream out,
      OutputStream messages)
      throws IOException {
    ReceivePack pack = new ReceivePack(repository);
    pack.setBiDirectionalPipe(twoWay);
    List<Push> pushes = new ArrayList<>(1);
    pack.setPreReceiveHook(
        (receiving, commands) ->
            pushes.add(new Push(mutations.begin(detail + refs(commands)), List.copyOf(commands))));
    try {
      pack.receive(in, out, messages);
    } finally {
      // The references may have moved although the report did not reach the client.
      pushes.forEach(Push::end);
    }
    out.flush();
  }

  private static String refs(Iterable<ReceiveCommand> commands) {
    StringBuilder refs = new StringBuilder();
    commands.forEach(command -> refs.append(' ').append(command.getRefName()));
    return refs.toString();
  }

  private static PacketLineOut serviceLine(OutputStream out, String service) throws IOException {
    PacketLineOut lines = new PacketLineOut(out);
    lines.writeString("# service=" + service + "\n");
    lines.end();
    return lines;
  }

  private static List<String> parameters(String protocol) {
    return protocol.isEmpty() ? List.of() : List.of(protocol.split(":"));
  }

  /**
   * An execution and the commands that it carries out, which know their results. *Not thread-safe;
   * confined to one call.*
   */
  private record Push(Ledger.Execution execution, List<ReceiveCommand> commands) {
    void end() {
      boolean moved = commands.stream().allMatch(c -> c.getResult() == ReceiveCommand.Result.OK);
      execution.end(moved ? Status.Code.OK : Status.Code.ABORTED);
    }
  }
}
