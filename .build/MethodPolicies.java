import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Derives the policy of every RPC from the table of what is known of them. Run by the build of
 * router-core: {@code java MethodPolicies.java TABLE RESOURCE}.
 */
final class MethodPolicies {
  private MethodPolicies() {}

  public static void main(String[] args) throws IOException {
    Path table = Path.of(args[0]);
    Path resource = Path.of(args[1]);
    List<String> policies = new ArrayList<>();
    for (String line : Files.readAllLines(table)) {
      if (!line.startsWith("#")) {
        policies.add(policy(table, line));
      }
    }
    Files.createDirectories(resource.getParent());
    Files.write(resource, policies);
  }

  private static String policy(Path table, String line) {
    String[] cells = line.split("\t", -1);
    if (cells.length != 7) {
      throw new IllegalArgumentException(table + ": not seven cells: " + line);
    }
    String policy =
        switch (cells[4]) {
          case "sidechannel" -> "SIDECHANNEL";
          case "hook", "internal" -> "PINNED";
          case "effect" -> "ONCE";
          case "-" -> readsIn(cells[1]) && readsIn(cells[2]) ? "REPLAYABLE" : "ONCE";
          default -> throw new IllegalArgumentException(table + ": unknown limit: " + line);
        };
    return String.join("\t", "gitaly." + cells[0], policy, cells[5], cells[6]);
  }

  /** A version that does not have the method ("-") does not disagree. */
  private static boolean readsIn(String opType) {
    return opType.equals("accessor") || opType.equals("-");
  }
}
