package io.gitalyrouter.config;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the packages of this module say about their dependencies, held. */
final class ArchitectureTest {
  private static final String ADMIN_MESSAGES = "io.gitalyrouter.config.admin.proto";

  private final JavaClasses module =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.gitalyrouter.config");

  @Test
  void sources_know_nothing_of_what_the_bytes_mean() {
    classes()
        .that()
        .resideInAPackage("io.gitalyrouter.config.source")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "org.slf4j", "org.jspecify.annotations", "io.gitalyrouter.config.source")
        .check(module);
  }

  @Test
  void the_comparison_stands_apart_from_configuration_and_from_calls() {
    classes()
        .that()
        .resideInAPackage("io.gitalyrouter.config.compare")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "org.jspecify.annotations",
            "org.HdrHistogram",
            "org.apache.commons.statistics..",
            "com.google.gson..",
            "io.gitalyrouter.route",
            "io.gitalyrouter.timing",
            "io.gitalyrouter.config.compare")
        .check(module);
    noClasses()
        .that()
        .resideOutsideOfPackages("io.gitalyrouter.config.compare", "io.gitalyrouter.config.cli")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.gitalyrouter.config.compare")
        .check(module);
  }

  @Test
  void checks_stand_apart_from_documents_and_from_where_they_are_kept() {
    classes()
        .that()
        .resideInAPackage("io.gitalyrouter.config.check")
        .should()
        .onlyDependOnClassesThat(
            JavaClass.Predicates.resideInAnyPackage(
                    "java..",
                    "javax.security.auth.x500",
                    "org.jspecify.annotations",
                    "com.google.gson",
                    "io.gitalyrouter.route",
                    "io.gitalyrouter.transport",
                    "io.gitalyrouter.event",
                    "io.gitalyrouter.time",
                    "io.gitalyrouter.wire",
                    "io.gitalyrouter.config.check")
                .or(
                    DescribedPredicate.describe(
                        "arrays of primitives", type -> type.getBaseComponentType().isPrimitive())))
        .check(module);
  }

  @Test
  void imports_know_problems_and_addresses_only() {
    classes()
        .that()
        .resideInAPackage("io.gitalyrouter.config.imports")
        .should()
        .onlyDependOnClassesThat(
            JavaClass.Predicates.resideInAnyPackage(
                    "java..",
                    "org.jspecify.annotations",
                    "org.snakeyaml.engine..",
                    "io.gitalyrouter.route",
                    "io.gitalyrouter.config.imports")
                .or(JavaClass.Predicates.type(ConfigOrigin.class))
                .or(JavaClass.Predicates.type(ConfigProblem.class))
                .or(JavaClass.Predicates.type(InvalidConfigException.class)))
        .check(module);
  }

  @Test
  void documents_reach_the_core_through_its_facade_and_its_values_only() {
    noClasses()
        .that()
        .resideInAPackage("io.gitalyrouter.config")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.gitalyrouter.call..",
            "io.gitalyrouter.breaker..",
            "io.gitalyrouter.transport..",
            "io.gitalyrouter.metrics..",
            "io.grpc..")
        .check(module);
  }

  @Test
  void etcd_is_seen_by_its_own_package_only() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.gitalyrouter.config.etcd")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.etcd..")
        .check(module);
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.gitalyrouter.config.etcd",
            "io.gitalyrouter.config.store",
            "io.gitalyrouter.config.cli",
            "io.gitalyrouter.config.admin",
            ADMIN_MESSAGES)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.gitalyrouter.config.etcd")
        .check(module);
  }

  @Test
  void grpc_is_spoken_to_etcd_and_to_operators_only() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.gitalyrouter.config.etcd", "io.gitalyrouter.config.admin", ADMIN_MESSAGES)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.protobuf..", "io.grpc..", "io.netty..", ADMIN_MESSAGES)
        .check(module);
  }

  @Test
  void nothing_that_a_process_embeds_depends_on_the_command() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.gitalyrouter.config.cli")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.gitalyrouter.config.cli", "picocli..")
        .check(module);
  }

  @Test
  void who_follows_a_document_knows_nothing_of_operators() {
    noClasses()
        .that()
        .resideInAnyPackage("io.gitalyrouter.config", "io.gitalyrouter.config.source")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.gitalyrouter.config.admin..")
        .check(module);
  }

  @Test
  void etcd_source_knows_nothing_of_what_the_bytes_mean() {
    classes()
        .that()
        .resideInAPackage("io.gitalyrouter.config.etcd")
        .should()
        .onlyDependOnClassesThat(
            JavaClass.Predicates.resideInAnyPackage(
                    "java..",
                    "org.slf4j",
                    "org.jspecify.annotations",
                    "io.gitalyrouter.config.etcd",
                    "io.gitalyrouter.config.source",
                    "io.gitalyrouter.route",
                    "io.etcd.jetcd.api",
                    "io.grpc",
                    "io.grpc.netty",
                    "io.grpc.stub",
                    "io.netty..",
                    "com.google.protobuf")
                .or(
                    DescribedPredicate.describe(
                        "arrays of primitives", type -> type.getBaseComponentType().isPrimitive())))
        .check(module);
  }
}
