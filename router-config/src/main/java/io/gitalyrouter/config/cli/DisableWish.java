package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.DocumentView;
import java.util.List;

/**
 * Hosts lose a role, or a role loses storages. <em>Immutable.</em>
 *
 * @param targets which
 */
record DisableWish(TargetOptions targets) implements Changer.Wish {
  @Override
  public String action() {
    return "disable" + targets.text();
  }

  @Override
  public String undo() {
    return "gitaly-router enable" + targets.text() + " --reason TEXT";
  }

  @Override
  public List<DocumentEdit> edits(DocumentView document, String text) {
    return new RolePlan(document, text, targets).disable();
  }
}
