package org.ultravisor.node.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ultravisor.raft.replica.ProcessEnd;

/** The arrows of docs/architecture.md, held. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {
  private static final String MAPPING = "org.ultravisor.mapping..";
  private static final String CORE = "org.ultravisor.ledger.core..";
  private static final String CODEC = "org.ultravisor.ledger.codec..";
  private static final String STORE = "org.ultravisor.ledger.store..";
  private static final String COMMAND = "org.ultravisor.ledger.command..";
  private static final String BRIDGE = "org.ultravisor.bridge..";
  private static final String REPLICA = "org.ultravisor.raft.replica..";
  private static final String WIRE = "org.ultravisor.raft.wire..";
  private static final String TLS = "org.ultravisor.raft.tls..";
  private static final String NODE = "org.ultravisor.node..";
  private static final String CLI = "org.ultravisor.node.cli..";
  private static final String ALL = "org.ultravisor..";

  private JavaClasses ours = new ClassFileImporter().importClasses();

  @BeforeAll
  void readClasses() {
    ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.ultravisor");
  }

  @Test
  void arrows() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage(ALL)
        .layer("mapping")
        .definedBy(MAPPING)
        .layer("core")
        .definedBy(CORE)
        .layer("codec")
        .definedBy(CODEC)
        .layer("store")
        .definedBy(STORE)
        .layer("command")
        .definedBy(COMMAND)
        .layer("bridge")
        .definedBy(BRIDGE)
        .layer("replica")
        .definedBy(REPLICA)
        .layer("wire")
        .definedBy(WIRE)
        .layer("tls")
        .definedBy(TLS)
        .layer("node")
        .definedBy(NODE)
        .whereLayer("mapping")
        .mayNotAccessAnyLayer()
        .whereLayer("core")
        .mayOnlyAccessLayers("mapping")
        .whereLayer("codec")
        .mayOnlyAccessLayers("mapping", "core")
        .whereLayer("store")
        .mayOnlyAccessLayers("mapping", "core", "codec")
        .whereLayer("command")
        .mayOnlyAccessLayers("mapping", "core", "codec")
        .whereLayer("bridge")
        .mayOnlyAccessLayers("mapping")
        .whereLayer("wire")
        .mayNotAccessAnyLayer()
        .whereLayer("tls")
        .mayOnlyAccessLayers("core", "wire")
        .whereLayer("replica")
        .mayOnlyAccessLayers("mapping", "core", "codec", "store", "wire", "tls")
        .ensureAllClassesAreContainedInArchitecture()
        .check(ours);
  }

  static Stream<ArchRule> libraries() {
    return Stream.of(
        only("io.vertx..", COMMAND, NODE),
        only("org.apache.ratis..", WIRE, REPLICA, NODE),
        only("org.rocksdb..", STORE),
        only("com.esotericsoftware.kryo..", CODEC),
        only("com.fasterxml.jackson..", COMMAND, NODE),
        only("picocli..", NODE),
        only("org.bouncycastle..", NODE),
        only("ch.qos.logback..", NODE),
        noClasses()
            .that()
            .resideOutsideOfPackage(BRIDGE)
            .and()
            .areNotAssignableTo(ProcessEnd.class)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.lang.foreign..")
            .because("only the bridge, and the way out of a process, are native"));
  }

  /** Who may use which library; so Vert.x and Ratis meet in raft/node only. */
  @ParameterizedTest
  @MethodSource
  void libraries(ArchRule rule) {
    rule.check(ours);
  }

  @Test
  void theCoreIsPure() {
    Rules.pure(MAPPING, CORE).check(ours);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.ultravisor.(**)").should().beFreeOfCycles().check(ours);
  }

  @Test
  void everyPackageIsNullMarked() {
    Rules.nullMarked(ALL).check(ours);
  }

  @Test
  void onlyTheCommandLinePrints() {
    Rules.quiet(MAPPING, CORE, CODEC, STORE, COMMAND, BRIDGE, WIRE, REPLICA).check(ours);
    noClasses()
        .that()
        .resideInAPackage(NODE)
        .and()
        .resideOutsideOfPackage(CLI)
        .should(com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS)
        .check(ours);
  }

  /** The rules find what is planted. */
  @Test
  void plantedViolationsAreFound() {
    String planted = "org.ultravisor.node.architecture.planted";
    JavaClasses classes = new ClassFileImporter().importPackages(planted);
    for (ArchRule rule :
        List.of(Rules.pure(planted), Rules.quiet(planted), Rules.nullMarked(planted))) {
      AssertionError found = assertThrows(AssertionError.class, () -> rule.check(classes));
      assertTrue(found.toString().contains("PlantedViolations"), found.toString());
    }
  }

  private static ArchRule only(String library, String... users) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(users)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .allowEmptyShould(true);
  }
}
