package io.gitalyrouter.method;

import io.gitalyrouter.wire.WireFields;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads Gitaly's method option {@code op_type} from the descriptor that a stub carries. The stub
 * may know the option or not, so it is read by its number. <em>Immutable.</em>
 */
final class OpTypeOption {
  /** Numbers of Gitaly's {@code lint.proto}, equal in all its versions. */
  private static final int OP_TYPE = 82303;

  private static final int OP = 1;
  private static final int ACCESSOR = 2;

  private OpTypeOption() {}

  /** Whether a descriptor says that the method does not only read; not if it says nothing. */
  static boolean mayWrite(@Nullable Object schemaDescriptor) {
    if (!(schemaDescriptor instanceof ProtoMethodDescriptorSupplier supplier)) {
      return false;
    }
    WireFields options = new WireFields(supplier.getMethodDescriptor().getOptions().toByteArray());
    while (options.next()) {
      if (options.number() == OP_TYPE) {
        return op(options.asMessage()) != ACCESSOR;
      }
    }
    return false;
  }

  private static long op(WireFields operation) {
    long op = 0;
    while (operation.next()) {
      if (operation.number() == OP) {
        op = operation.asNumber();
      }
    }
    return op;
  }
}
