package io.gitalyrouter.config.admin;

import io.gitalyrouter.RouterStatus.StorageStatus;
import io.gitalyrouter.config.admin.HostReport.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The TCP connections that this process holds open, as the system knows them: what grpc says of its
 * own connections is not a proof. Resolves no name, so remote ports are what is looked for.
 * <em>Immutable.</em>
 */
final class OpenSockets {
  private static final Path PROC = Path.of("/proc/self");
  private static final Pattern PORT = Pattern.compile(":([0-9]{1,5})$");
  private static final Pattern SOCKET = Pattern.compile("socket:\\[([0-9]+)\\]");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final String ESTABLISHED = "01";

  private OpenSockets() {}

  /** Connections to the ports of these storages' network endpoints; empty if nobody tells. */
  static Optional<List<Sockets>> toPortsOf(List<StorageStatus> storages) {
    Set<Integer> ports =
        storages.stream()
            .flatMap(storage -> storage.network().stream())
            .map(PORT::matcher)
            .filter(Matcher::find)
            .map(address -> Integer.valueOf(address.group(1)))
            .collect(Collectors.toSet());
    try {
      return Optional.of(count(PROC, ports));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static List<Sockets> count(Path proc, Collection<Integer> ports) throws IOException {
    if (ports.isEmpty()) {
      return List.of();
    }
    Set<String> own = ownSockets(proc.resolve("fd"));
    List<String> lines = new ArrayList<>(Files.readAllLines(proc.resolve("net/tcp")));
    Path six = proc.resolve("net/tcp6");
    if (Files.exists(six)) {
      lines.addAll(Files.readAllLines(six));
    }
    Map<String, Integer> counts = new TreeMap<>();
    for (String line : lines) {
      String[] fields = BLANKS.split(line.strip(), -1);
      // Number, local, remote, state, queues, timer, retransmits, user, timeout, inode.
      if (fields.length > 9 && fields[3].equals(ESTABLISHED) && own.contains(fields[9])) {
        int colon = fields[2].lastIndexOf(':');
        int port = HexFormat.fromHexDigits(fields[2], colon + 1, fields[2].length());
        if (ports.contains(port)) {
          counts.merge(address(fields[2].substring(0, colon)) + ":" + port, 1, Integer::sum);
        }
      }
    }
    return counts.entrySet().stream()
        .map(entry -> new Sockets(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Set<String> ownSockets(Path descriptors) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
      for (Path descriptor : all) {
        Matcher socket = SOCKET.matcher(target(descriptor));
        if (socket.matches()) {
          inodes.add(socket.group(1));
        }
      }
    }
    return inodes;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      // Closed since it was listed.
      return "";
    }
  }

  /** Each group of four bytes is one number in the host's byte order. */
  private static String address(String hex) throws UnknownHostException {
    byte[] bytes = HexFormat.of().parseHex(hex);
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      for (int group = 0; group < bytes.length; group += 4) {
        swap(bytes, group, group + 3);
        swap(bytes, group + 1, group + 2);
      }
    }
    InetAddress address = InetAddress.getByAddress(bytes);
    String text = address.getHostAddress();
    return text.contains(":") ? "[" + text + "]" : text;
  }

  private static void swap(byte[] bytes, int one, int other) {
    byte kept = bytes[one];
    bytes[one] = bytes[other];
    bytes[other] = kept;
  }
}
