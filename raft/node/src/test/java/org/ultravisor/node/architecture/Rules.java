package org.ultravisor.node.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import org.jspecify.annotations.NullMarked;

/** The rules, with the packages that they hold for as parameters, so that a test can plant. */
final class Rules {
  private Rules() {}

  /**
   * No IO, clock, randomness or threads: what replicas compute must not depend on where. (A buffer
   * or a charset of java.nio is neither.)
   */
  static ArchRule pure(String... packages) {
    return noClasses()
        .that()
        .resideInAnyPackage(packages)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..",
            "java.net..",
            "java.nio.channels..",
            "java.nio.file..",
            "java.time..",
            "java.security..",
            "java.util.concurrent..",
            "java.util.random..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.util\\.(Random|UUID|Timer.*|Date|Calendar|Scanner)")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.lang\\.(Thread.*|Process.*|Runtime)")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Math.class, "random");
  }

  /** Standard output belongs to the command line's answers. */
  static ArchRule quiet(String... packages) {
    return noClasses()
        .that()
        .resideInAnyPackage(packages)
        .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);
  }

  /** A reference is never null unless its type says so. */
  static ArchRule nullMarked(String... packages) {
    return classes().that().resideInAnyPackage(packages).should(beInMarkedPackages());
  }

  private static ArchCondition<JavaClass> beInMarkedPackages() {
    return new ArchCondition<>("be in a package that package-info.java marks @NullMarked") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        if (!item.getPackage().isAnnotatedWith(NullMarked.class)) {
          events.add(
              SimpleConditionEvent.violated(
                  item, item.getPackageName() + " is not marked, with " + item.getName()));
        }
      }
    };
  }
}
