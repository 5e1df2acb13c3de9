package io.gitalyrouter.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds what the packages of this module say they may depend on. */
final class ArchitectureTest {
  private static final String MESSAGES = "io.gitalyrouter.it.proto";
  private static final String CONTROL = "io.gitalyrouter.standin.proto";

  private static final JavaClasses MODULE =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  /** The packages that each package may depend on, beside itself, the JDK and JSpecify. */
  private static final Map<String, List<String>> ALLOWED =
      Map.ofEntries(
          Map.entry(
              "io.gitalyrouter.standin",
              List.of(
                  "io.gitalyrouter.standin..",
                  "io.gitalyrouter.page",
                  "io.grpc..",
                  "io.netty..",
                  "com.google.protobuf..",
                  "picocli..")),
          Map.entry(
              "io.gitalyrouter.standin.door",
              List.of("io.gitalyrouter.standin.journal", CONTROL, "io.grpc..")),
          Map.entry("io.gitalyrouter.standin.journal", List.of("io.grpc")),
          Map.entry(
              "io.gitalyrouter.standin.storage",
              List.of(
                  "io.gitalyrouter.standin.journal",
                  MESSAGES,
                  "org.eclipse.jgit..",
                  "io.grpc..",
                  "com.google.protobuf..")),
          Map.entry(
              "io.gitalyrouter.standin.rpc",
              List.of(
                  "io.gitalyrouter.standin.storage",
                  "io.gitalyrouter.standin.journal",
                  MESSAGES,
                  "org.eclipse.jgit..",
                  "io.grpc..",
                  "com.google.protobuf..")),
          Map.entry(
              "io.gitalyrouter.worker",
              List.of(
                  "io.gitalyrouter",
                  "io.gitalyrouter.route",
                  "io.gitalyrouter.event",
                  "io.gitalyrouter.timing",
                  "io.gitalyrouter.config..",
                  "io.gitalyrouter.page",
                  "io.gitalyrouter.worker.proto",
                  MESSAGES,
                  "io.grpc..",
                  "io.netty..",
                  "io.micrometer..",
                  "org.HdrHistogram",
                  "com.google.protobuf..",
                  "com.google.gson..",
                  "org.slf4j",
                  "picocli..")),
          Map.entry("io.gitalyrouter.page", List.of("com.sun.net.httpserver")),
          Map.entry(
              "io.gitalyrouter.experiment",
              List.of(
                  "io.gitalyrouter",
                  "io.gitalyrouter.route",
                  "io.gitalyrouter.config.compare",
                  "io.gitalyrouter.worker",
                  "io.gitalyrouter.worker.proto",
                  "io.gitalyrouter.standin",
                  "io.gitalyrouter.standin.journal",
                  CONTROL,
                  MESSAGES,
                  "io.grpc..",
                  "org.HdrHistogram",
                  "com.google.protobuf..",
                  "com.google.gson..",
                  "picocli..")),
          Map.entry(
              "io.gitalyrouter.sim", List.of("io.gitalyrouter..", "io.grpc..", "io.micrometer..")),
          Map.entry("io.gitalyrouter.sim.time", List.of("io.gitalyrouter.time", "io.grpc")),
          Map.entry(
              "io.gitalyrouter.sim.server",
              List.of("io.gitalyrouter.sim.time", MESSAGES, "io.grpc..", "com.google.protobuf..")),
          Map.entry(
              "io.gitalyrouter.sim.net",
              List.of("io.gitalyrouter.sim.time", "io.gitalyrouter.sim.server", "io.grpc")),
          Map.entry(
              "io.gitalyrouter.history",
              List.of(
                  "io.gitalyrouter..", "io.grpc..", "com.google.protobuf..", "org.HdrHistogram")));

  @TestFactory
  List<DynamicTest> packages_depend_on_what_they_may() {
    return ALLOWED.entrySet().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.getKey(),
                    () ->
                        classes()
                            .that()
                            .resideInAPackage(rule.getKey())
                            .should()
                            .onlyDependOnClassesThat(
                                in(
                                        rule.getKey(),
                                        "java..",
                                        "javax.crypto..",
                                        "org.jspecify.annotations")
                                    .or(in("com.google.errorprone.annotations.."))
                                    .or(in("com.google.common.util.concurrent"))
                                    .or(in(rule.getValue().toArray(String[]::new)))
                                    .or(primitiveArrays()))
                            .allowEmptyShould(true)
                            .check(MODULE)))
        .toList();
  }

  @Test
  void every_package_that_is_written_by_hand_has_a_rule() {
    assertThat(
            MODULE.stream()
                .map(JavaClass::getPackageName)
                .distinct()
                .filter(name -> !name.endsWith(".proto")))
        .isSubsetOf(ALLOWED.keySet());
  }

  private static DescribedPredicate<JavaClass> in(String... packages) {
    return JavaClass.Predicates.resideInAnyPackage(packages);
  }

  private static DescribedPredicate<JavaClass> primitiveArrays() {
    return DescribedPredicate.describe(
        "primitives or arrays of them", type -> type.getBaseComponentType().isPrimitive());
  }
}
