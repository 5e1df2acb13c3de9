package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.DocumentView.Role;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.route.StorageRoutes;
import java.util.List;
import java.util.Optional;

/**
 * Hosts get a role. <em>Immutable.</em>
 *
 * @param targets which
 * @param percent the role's share of calls from then on
 * @param gate asked before
 * @param isForced whether the operator goes on without asking it, which the audit shows
 */
record EnableWish(
    TargetOptions targets, Optional<Double> percent, ChangeGate gate, boolean isForced)
    implements Changer.Wish {
  @Override
  public String action() {
    return "enable"
        + targets.text()
        + percent.map(share -> " --percent " + Percent.text(share)).orElse("")
        + (isForced ? " --force" : "");
  }

  @Override
  public String undo() {
    return "gitaly-router disable" + targets.text() + " --reason TEXT";
  }

  @Override
  public List<DocumentEdit> edits(DocumentView document, String text) {
    if (targets.hosts().isEmpty() && targets.storages().isEmpty() && percent.isEmpty()) {
      throw CommandException.usage("nothing to enable (expected: --host, --storage or --percent)");
    }
    if (document.killSwitch().isPresent()) {
      throw CommandException.refused(
          "the kill switch is on ("
              + document.killSwitch().get()
              + "), so that nothing can be enabled; first: gitaly-router resume --all --reason TEXT");
    }
    return new RolePlan(document, text, targets).enable(percent);
  }

  @Override
  public void check(DocumentView before, DocumentView after) {
    Role role = new RolePlan(after, "", targets).theRole();
    for (String host : targets.hosts()) {
      for (String storage : role.storages()) {
        StorageRoutes routes = after.table(host).storages().get(storage);
        Optional<String> wins = routes == null ? Optional.empty() : routes.rule().role();
        if (!wins.equals(Optional.of(role.name()))) {
          throw CommandException.refused(
              "role "
                  + role.name()
                  + " would do nothing for storage "
                  + storage
                  + " on "
                  + host
                  + ": role "
                  + wins.orElse("")
                  + " stands before it in hosts."
                  + host
                  + ".roles");
        }
      }
    }
  }

  @Override
  public List<String> objections(SourceContent after, Effects effects) {
    return isForced ? List.of() : gate.objections(after, effects.hosts(), effects.storages());
  }
}
