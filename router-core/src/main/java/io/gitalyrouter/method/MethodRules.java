package io.gitalyrouter.method;

import io.grpc.MethodDescriptor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rules of the methods that a router meets. A method's op type changed between versions of
 * Gitaly, and the caller's stub may be of a version that the table does not know: of what the name
 * says and what the stub's descriptor says, the stricter counts. <em>Thread-safe.</em>
 */
public final class MethodRules {
  /** Stubs make a descriptor for each method once; who makes them for each call gains nothing. */
  private static final int MOST_REMEMBERED = 2_000;

  private static final boolean HAS_DESCRIPTORS = hasDescriptors();

  /** By identity. Written by the first call of a method, read by every other. */
  private final Map<MethodDescriptor<?, ?>, MethodRule> known = new ConcurrentHashMap<>();

  /** The rule of a method. */
  public MethodRule of(MethodDescriptor<?, ?> method) {
    MethodRule rule = known.get(method);
    return rule == null ? learn(method) : rule;
  }

  /** The rule of a method of which only the full name is known. */
  public static MethodRule named(String fullMethodName) {
    return MethodTable.rule(fullMethodName);
  }

  private MethodRule learn(MethodDescriptor<?, ?> method) {
    MethodRule rule = MethodTable.rule(method.getFullMethodName());
    if (HAS_DESCRIPTORS && OpTypeOption.mayWrite(method.getSchemaDescriptor())) {
      rule = rule.once();
    }
    if (known.size() < MOST_REMEMBERED) {
      known.put(method, rule);
    }
    return rule;
  }

  int remembered() {
    return known.size();
  }

  /** An embedding process whose stubs are not made of protobuf has none of its classes. */
  private static boolean hasDescriptors() {
    try {
      Class.forName(
          "io.grpc.protobuf.ProtoMethodDescriptorSupplier",
          /* initialize= */ false,
          MethodRules.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
