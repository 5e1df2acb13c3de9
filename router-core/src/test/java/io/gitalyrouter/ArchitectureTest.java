package io.gitalyrouter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds what each package's documentation says it may depend on. */
final class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.gitalyrouter");

  /** The packages that each package may depend on, beside itself, the JDK, SLF4J and JSpecify. */
  private static final Map<String, List<String>> ALLOWED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("io.gitalyrouter.time", List.of()),
              Map.entry("io.gitalyrouter.stripe", List.of()),
              Map.entry("io.gitalyrouter.wire", List.of()),
              Map.entry("io.gitalyrouter.route", List.of()),
              Map.entry("io.gitalyrouter.event", List.of("io.gitalyrouter.route")),
              Map.entry(
                  "io.gitalyrouter.method",
                  List.of(
                      "io.gitalyrouter.wire",
                      "io.grpc",
                      "io.grpc.protobuf",
                      "com.google.protobuf")),
              Map.entry(
                  "io.gitalyrouter.breaker",
                  List.of(
                      "io.gitalyrouter.route",
                      "io.gitalyrouter.stripe",
                      "io.gitalyrouter.time",
                      "io.github.resilience4j..")),
              Map.entry(
                  "io.gitalyrouter.transport",
                  List.of(
                      "io.gitalyrouter.route",
                      "io.gitalyrouter.event",
                      "io.gitalyrouter.stripe",
                      "io.gitalyrouter.time",
                      "io.gitalyrouter.wire",
                      "io.grpc",
                      "io.grpc.netty",
                      "io.grpc.util",
                      "javax.net.ssl",
                      "javax.security.auth.x500",
                      "io.netty..")),
              Map.entry(
                  "io.gitalyrouter.call",
                  List.of(
                      "io.gitalyrouter.route",
                      "io.gitalyrouter.method",
                      "io.gitalyrouter.breaker",
                      "io.gitalyrouter.transport",
                      "io.gitalyrouter.stripe",
                      "io.gitalyrouter.time",
                      "io.grpc")),
              Map.entry(
                  "io.gitalyrouter.count",
                  List.of(
                      "io.gitalyrouter.route",
                      "io.gitalyrouter.call",
                      "io.gitalyrouter.stripe",
                      "io.gitalyrouter.time",
                      "io.grpc")),
              Map.entry(
                  "io.gitalyrouter.metrics",
                  List.of(
                      "io.gitalyrouter.route",
                      "io.gitalyrouter.call",
                      "io.gitalyrouter.count",
                      "io.gitalyrouter.event",
                      "io.gitalyrouter.breaker",
                      "io.gitalyrouter.transport",
                      "io.gitalyrouter.stripe",
                      "io.grpc",
                      "io.micrometer..")),
              Map.entry(
                  "io.gitalyrouter.timing",
                  List.of(
                      "io.gitalyrouter.route",
                      "io.gitalyrouter.event",
                      "io.gitalyrouter.call",
                      "io.gitalyrouter.time",
                      "io.grpc",
                      "org.HdrHistogram")),
              Map.entry(
                  "io.gitalyrouter", List.of("io.gitalyrouter..", "io.grpc", "io.micrometer.."))));

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
                                in(rule.getKey())
                                    .or(in("java..", "javax.crypto.."))
                                    .or(in("org.slf4j", "org.jspecify.annotations"))
                                    .or(in("com.google.errorprone.annotations.."))
                                    .or(in(rule.getValue().toArray(String[]::new)))
                                    .or(primitiveArrays()))
                            .check(CORE)))
        .toList();
  }

  @Test
  void every_package_has_a_rule() {
    assertThat(CORE.stream().map(JavaClass::getPackageName).distinct())
        .containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
  }

  @Test
  void packages_have_no_cycles() {
    slices().matching("io.gitalyrouter.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void nothing_uses_internals_of_grpc() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc.internal..")
        .orShould()
        .dependOnClassesThat()
        .haveSimpleNameStartingWith("Internal")
        .check(CORE);
  }

  @Test
  void every_class_is_final_or_sealed_or_an_interface() {
    classes()
        .that()
        .areNotInterfaces()
        .and()
        .areNotEnums()
        .and()
        .areNotAnonymousClasses()
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(CORE);
  }

  private static DescribedPredicate<JavaClass> in(String... packages) {
    return JavaClass.Predicates.resideInAnyPackage(packages);
  }

  private static DescribedPredicate<JavaClass> primitiveArrays() {
    return DescribedPredicate.describe(
        "primitives or arrays of them", type -> type.getBaseComponentType().isPrimitive());
  }
}
