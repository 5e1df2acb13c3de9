package io.gitalyrouter.config.compare;

import java.util.Locale;

/** How calls were given to the arms; it decides what may be taken as independent. */
public enum Design {
  /** Every call was drawn by itself, by the role's percentage. Intervals: slots of time. */
  RPC,
  /** All calls of a correlation id were drawn together. Intervals: slots of time. */
  REQUEST,
  /** Whole hosts had the role or not. Intervals: the hosts, which differ of themselves. */
  HOST,
  /** A host had the role on and off in turns. Intervals: pairs of neighbouring blocks. */
  SWITCHBACK;

  /** The name in reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether both arms share every moment of every host. */
  boolean isInterleaved() {
    return this == RPC || this == REQUEST;
  }
}
