package io.gitalyrouter.config.check;

/** How a proof ended; the worst of several is the verdict of all. <em>Immutable.</em> */
public enum ZeroVerdict {
  /** Nothing flowed. */
  PROVED,
  /** Nobody asked. */
  NOT_ASKED,
  /** It cannot be told; never good news. */
  UNKNOWN,
  /** Something flowed. */
  TRAFFIC;

  ZeroVerdict worst(ZeroVerdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
