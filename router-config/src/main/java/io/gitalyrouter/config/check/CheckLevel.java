package io.gitalyrouter.config.check;

/** How one check ended. <em>Immutable.</em> */
public enum CheckLevel {
  /** Asked, and as it must be. */
  PASS,
  /** Deserves a look, or was not asked for; does not forbid the change. */
  WARN,
  /** Forbids the change: not as it must be, or could not be asked. */
  FAIL
}
