package io.gitalyrouter.config;

import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.route.RoutingTable;
import java.util.List;

/**
 * What one version of the document means for one host. <em>Immutable.</em>
 *
 * @param content the version
 * @param table the host's table, whose files have been checked
 * @param whenSilent what the host does while the source has been silent for too long
 * @param warnings what does not keep the table from being used, but deserves a look
 */
record HostPlan(
    SourceContent content,
    RoutingTable table,
    WhenSilent whenSilent,
    List<ConfigProblem> warnings) {
  /** Copies the list. */
  HostPlan {
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads a document for a host, and the files that the host needs.
   *
   * @throws InvalidConfigException with all problems of the document, or of its files
   */
  static HostPlan of(SourceContent content, String host) {
    ConfigDocument document = ConfigDocument.parse(content);
    RoutingTable table = document.tableFor(host);
    Problems problems = new Problems(content.origin());
    Problems warnings = new Problems(content.origin());
    FileChecks.run(document, table, problems, warnings);
    problems.throwIfAny();
    document
        .unreachable()
        .forEach(
            (later, earlier) ->
                warnings.add(
                    later.origin(),
                    "hosts." + later.pattern().text(),
                    "never used: "
                        + YamlValue.quote(earlier.pattern().text())
                        + " in line "
                        + earlier.origin().line()
                        + " matches all of its hosts first; put it before that one, or remove it"));
    if (document.entryOf(host).isEmpty()) {
      warnings.addWhole(
          "host "
              + YamlValue.quote(host)
              + " is not listed under hosts (listed: "
              + listed(document)
              + "); it has no roles: every call is local");
    }
    return new HostPlan(content, table, document.whenSilent(host), warnings.inOrder());
  }

  private static String listed(ConfigDocument document) {
    int shown = 10;
    List<String> names = document.hosts().keySet().stream().limit(shown).toList();
    int more = document.hosts().size() - names.size();
    return names.isEmpty()
        ? "none"
        : String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
  }
}
