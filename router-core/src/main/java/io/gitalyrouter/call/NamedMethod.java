package io.gitalyrouter.call;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** A method of which only the name is known, and which is never called. <em>Immutable.</em> */
final class NamedMethod {
  private NamedMethod() {}

  /**
   * A method of this name.
   *
   * @throws IllegalArgumentException if it is not the full name of a method
   */
  static MethodDescriptor<byte[], byte[]> of(String fullName) {
    int slash = fullName.indexOf('/');
    if (slash < 1 || slash == fullName.length() - 1) {
      throw new IllegalArgumentException(
          "method: \"" + fullName + "\" (expected: such as gitaly.CommitService/FindCommit)");
    }
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodDescriptor.MethodType.UNKNOWN)
        .setFullMethodName(fullName)
        .setRequestMarshaller(new Nothing())
        .setResponseMarshaller(new Nothing())
        .build();
  }

  private static final class Nothing implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      return new byte[0];
    }
  }
}
