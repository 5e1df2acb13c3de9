package io.gitalyrouter.config.check;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A Gitaly of a few answers over a real socket. Fields are set before it is asked.
 * <em>Thread-safe.</em>
 */
final class FakeGitaly implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  volatile String version = "16.7.0";
  volatile String storage = "one";
  volatile String filesystemId = "8f1c";
  volatile boolean readable = true;
  volatile int health = 1;
  volatile Map<String, String> refs = Map.of("HEAD", "aa", "refs/heads/main", "aa");

  /** The secret that is asked for; empty for none. */
  volatile String secret = "";

  /** How far its clock is ahead. */
  volatile Duration ahead = Duration.ZERO;

  private final InstantSource clock;
  private final Server server;

  private FakeGitaly(InstantSource clock, @Nullable Path certificate, @Nullable Path key)
      throws IOException {
    this.clock = clock;
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    if (certificate != null && key != null) {
      builder.useTransportSecurity(certificate.toFile(), key.toFile());
    }
    this.server =
        builder
            .addService(service(GitalyQuestions.HEALTH, () -> List.of(number(1, health))))
            .addService(service(GitalyQuestions.SERVER_INFO, () -> List.of(serverInfo())))
            .addService(service(GitalyQuestions.LIST_REFS, this::refMessages))
            .intercept(new Door())
            .build()
            .start();
  }

  static FakeGitaly start(InstantSource clock) throws IOException {
    return new FakeGitaly(clock, null, null);
  }

  static FakeGitaly startTls(InstantSource clock, Path certificate, Path key) throws IOException {
    return new FakeGitaly(clock, certificate, key);
  }

  String address(String scheme) {
    return scheme + "://127.0.0.1:" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private byte[] serverInfo() {
    return join(
        text(1, version),
        message(3, join(text(1, storage), number(2, readable ? 1 : 0), text(5, filesystemId))));
  }

  private List<byte[]> refMessages() {
    List<byte[]> messages = new ArrayList<>();
    new TreeMap<>(refs)
        .forEach((name, id) -> messages.add(message(1, join(text(1, name), text(2, id)))));
    return messages;
  }

  private interface Answers {
    List<byte[]> answers();
  }

  private static ServerServiceDefinition service(String method, Answers answers) {
    MethodDescriptor<byte[], byte[]> descriptor =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodType.SERVER_STREAMING)
            .setFullMethodName(method)
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    return ServerServiceDefinition.builder(MethodDescriptor.extractFullServiceName(method))
        .addMethod(
            descriptor,
            ServerCalls.asyncServerStreamingCall(
                (request, observer) -> {
                  answers.answers().forEach(observer::onNext);
                  observer.onCompleted();
                }))
        .build();
  }

  /** Judges tokens as a Gitaly since 16.11 does. */
  private final class Door implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      boolean open =
          secret.isEmpty()
              || call.getMethodDescriptor().getFullMethodName().equals(GitalyQuestions.HEALTH);
      if (open || isGood(headers.get(AUTHORIZATION))) {
        return next.startCall(call, headers);
      }
      call.close(Status.PERMISSION_DENIED.withDescription("permission denied"), new Metadata());
      return new ServerCall.Listener<>() {};
    }

    private boolean isGood(@Nullable String header) {
      if (header == null) {
        return false;
      }
      String[] parts = header.substring("Bearer ".length()).split("\\.", -1);
      Instant dated = Instant.ofEpochSecond(Long.parseLong(parts[2]));
      Duration off = Duration.between(dated, clock.instant().plus(ahead)).abs();
      return parts[1].equals(sign(parts[2])) && off.compareTo(Duration.ofSeconds(30)) <= 0;
    }

    private String sign(String seconds) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(seconds.getBytes(StandardCharsets.UTF_8)));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static byte[] text(int number, String content) {
    return message(number, content.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] message(int number, byte[] content) {
    return join(new byte[] {(byte) ((number << 3) | 2), (byte) content.length}, content);
  }

  private static byte[] number(int number, int value) {
    return new byte[] {(byte) (number << 3), (byte) value};
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
