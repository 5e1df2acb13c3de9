package io.gitalyrouter.standin.rpc;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Cuts a stream of bytes into messages of at most {@value #CHUNK} bytes. *Not thread-safe; confined
 * to the thread that writes.*
 *
 * <p>Flushing sends what is there; so does closing, which closes nothing else.
 */
final class ChunkedOutput extends OutputStream {
  static final int CHUNK = 128 * 1024;

  /** Takes one chunk, waiting until there is room for it. *Not thread-safe; confined likewise.* */
  @FunctionalInterface
  interface Sink {
    /** Sends a chunk. */
    void send(ByteString chunk) throws IOException;
  }

  private final Sink sink;
  private final byte[] buffer = new byte[CHUNK];
  private int used;

  ChunkedOutput(Sink sink) {
    this.sink = sink;
  }

  @Override
  public void write(int b) throws IOException {
    if (used == CHUNK) {
      flush();
    }
    buffer[used++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    int at = from;
    int left = length;
    while (left > 0) {
      if (used == CHUNK) {
        flush();
      }
      int part = Math.min(left, CHUNK - used);
      System.arraycopy(bytes, at, buffer, used, part);
      used += part;
      at += part;
      left -= part;
    }
  }

  @Override
  public void flush() throws IOException {
    if (used > 0) {
      ByteString chunk = ByteString.copyFrom(buffer, 0, used);
      used = 0;
      sink.send(chunk);
    }
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
