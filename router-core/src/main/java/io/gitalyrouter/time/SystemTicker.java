package io.gitalyrouter.time;

/** The only reader of the process's clock. <em>Thread-safe.</em> */
enum SystemTicker implements Ticker {
  INSTANCE;

  @Override
  public long nanos() {
    return System.nanoTime();
  }
}
