package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.DocumentView;
import java.util.List;

/**
 * All calls of all hosts go local by the document, or not any more. <em>Immutable.</em>
 *
 * @param isOn whether they shall
 * @param reason why
 */
record KillSwitchWish(boolean isOn, String reason) implements Changer.Wish {
  @Override
  public String action() {
    return isOn ? "disable --all" : "resume --all";
  }

  @Override
  public String undo() {
    return "gitaly-router " + (isOn ? "resume" : "disable") + " --all --reason TEXT";
  }

  @Override
  public List<DocumentEdit> edits(DocumentView document, String text) {
    if (document.killSwitch().isPresent() == isOn) {
      return List.of();
    }
    String oneLine = reason.replaceAll("\\s+", " ").strip();
    String quoted = '"' + oneLine.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    return List.of(
        isOn
            ? new DocumentEdit.Put(List.of("kill_switch"), oneLine, quoted)
            : new DocumentEdit.Put(List.of("kill_switch"), false, "false"));
  }
}
