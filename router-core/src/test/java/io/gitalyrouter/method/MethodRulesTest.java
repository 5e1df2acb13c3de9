package io.gitalyrouter.method;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.UPDATE_HOOK;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MethodRulesTest {
  private static final int OP_TYPE = 82303;

  private final MethodRules rules = new MethodRules();

  @ParameterizedTest(name = "op {0}: {1}")
  @CsvSource({"0, ONCE", "1, ONCE", "2, REPLAYABLE", "3, ONCE"})
  void stub_that_writes_makes_a_reader_a_writer(int op, MethodPolicy policy) throws Exception {
    assertThat(rules.of(carrying(FIND_COMMIT, opType(op))).policy()).isEqualTo(policy);
  }

  @Test
  void stub_that_reads_makes_no_reader_of_what_writes_or_is_not_known() throws Exception {
    MethodDescriptor<String, String> unknown =
        FIND_COMMIT.toBuilder().setFullMethodName("gitaly.NewService/Read").build();
    assertThat(rules.of(carrying(WRITE_REF, opType(2))).policy()).isEqualTo(MethodPolicy.ONCE);
    assertThat(rules.of(carrying(unknown, opType(2))).policy()).isEqualTo(MethodPolicy.ONCE);
    assertThat(rules.of(carrying(UPDATE_HOOK, opType(1))).policy()).isEqualTo(MethodPolicy.PINNED);
  }

  @Test
  void stub_without_the_option_has_the_policy_of_its_name() throws Exception {
    MethodDescriptor<?, ?> silent = carrying(FIND_COMMIT, MethodOptions.getDefaultInstance());
    assertThat(rules.of(silent).policy()).isEqualTo(MethodPolicy.REPLAYABLE);
    assertThat(rules.of(FIND_COMMIT).policy()).isEqualTo(MethodPolicy.REPLAYABLE);
  }

  @Test
  void two_stubs_of_one_method_are_told_apart() throws Exception {
    assertThat(rules.of(carrying(FIND_COMMIT, opType(1))).isReplayable()).isFalse();
    assertThat(rules.of(carrying(FIND_COMMIT, opType(2))).isReplayable()).isTrue();
  }

  @Test
  void descriptors_without_number_are_served_and_not_all_remembered() {
    for (int i = 0; i < 5_000; i++) {
      assertThat(rules.of(FIND_COMMIT.toBuilder().build()).isReplayable()).isTrue();
    }
    assertThat(rules.remembered()).isEqualTo(2_000);
  }

  /** Most embedding processes have protobuf; one that has not must not notice. */
  @Test
  void process_without_protobuf_has_the_policies_of_the_names() throws Exception {
    URL classes = MethodRules.class.getProtectionDomain().getCodeSource().getLocation();
    try (WithoutProtobuf loader = new WithoutProtobuf(classes)) {
      Class<?> type = Class.forName(MethodRules.class.getName(), true, loader);
      Object known = type.getConstructor().newInstance();
      Object rule = type.getMethod("of", MethodDescriptor.class).invoke(known, FIND_COMMIT);
      assertThat(rule.toString()).contains("REPLAYABLE");
      assertThat(type.getClassLoader()).isSameAs(loader);
    }
  }

  /** Loads the router's classes again, and finds no class of protobuf. */
  private static final class WithoutProtobuf extends URLClassLoader {
    WithoutProtobuf(URL classes) {
      super(new URL[] {classes}, MethodRules.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("io.grpc.protobuf.") || name.startsWith("com.google.protobuf.")) {
        throw new ClassNotFoundException(name);
      }
      if (name.startsWith("io.gitalyrouter.")) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
      return super.loadClass(name, resolve);
    }

    @Override
    public InputStream getResourceAsStream(String name) {
      URL found = findResource(name);
      try {
        return found == null ? InputStream.nullInputStream() : found.openStream();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** What a stub that does not know the option finds in its descriptor. */
  private static MethodOptions opType(int op) {
    ByteString operation = ByteString.copyFrom(new byte[] {8, (byte) op});
    return MethodOptions.newBuilder()
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(
                    OP_TYPE,
                    UnknownFieldSet.Field.newBuilder().addLengthDelimited(operation).build())
                .build())
        .build();
  }

  private static MethodDescriptor<String, String> carrying(
      MethodDescriptor<String, String> method, MethodOptions options)
      throws DescriptorValidationException {
    FileDescriptor file =
        FileDescriptor.buildFrom(
            FileDescriptorProto.newBuilder()
                .setName("stub.proto")
                .setPackage("gitaly")
                .addDependency("google/protobuf/empty.proto")
                .addService(
                    ServiceDescriptorProto.newBuilder()
                        .setName("Service")
                        .addMethod(
                            MethodDescriptorProto.newBuilder()
                                .setName("Method")
                                .setInputType(".google.protobuf.Empty")
                                .setOutputType(".google.protobuf.Empty")
                                .setOptions(options)))
                .build(),
            new FileDescriptor[] {EmptyProto.getDescriptor()});
    return method.toBuilder()
        .setSchemaDescriptor(new Supplier(file.getServices().get(0).getMethods().get(0)))
        .build();
  }

  private record Supplier(Descriptors.MethodDescriptor method)
      implements ProtoMethodDescriptorSupplier {
    @Override
    public Descriptors.MethodDescriptor getMethodDescriptor() {
      return method;
    }

    @Override
    public Descriptors.ServiceDescriptor getServiceDescriptor() {
      return method.getService();
    }

    @Override
    public FileDescriptor getFileDescriptor() {
      return method.getFile();
    }
  }
}
