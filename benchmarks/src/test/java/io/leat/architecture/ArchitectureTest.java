package io.leat.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between modules, and the state machines' purity. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/proto/")) // generated
          .importPackages("io.leat");

  /** What runs on virtual time in a simulator. */
  private static final String[] DETERMINISTIC = {
    "io.leat.model..",
    "io.leat.client.engine..",
    "io.leat.mds.namespace..",
    "io.leat.mds.operation..",
    "io.leat.mds.page..",
    "io.leat.mds.token..",
    "io.leat.mds.core..",
    "io.leat.mds.check.."
  };

  /** The simulator, whose randomness comes from its seed. */
  private static final String SIMULATOR = "io.leat.mds.sim..";

  @Test
  void shouldKeepClocksOutOfStateMachines() {
    noClasses()
        .that()
        .resideInAnyPackage(DETERMINISTIC)
        .or()
        .resideInAPackage(SIMULATOR)
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.time..")
        .check(CLASSES);
  }

  @Test
  void shouldKeepInputAndOutputOutOfStateMachines() {
    noClasses()
        .that()
        .resideInAnyPackage(DETERMINISTIC)
        .or()
        .resideInAPackage(SIMULATOR)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.io\\.(File|RandomAccessFile|.*Stream|.*Reader|.*Writer)")
        .check(CLASSES);
  }

  @Test
  void shouldKeepThreadsOutOfStateMachines() {
    noClasses()
        .that()
        .resideInAnyPackage(DETERMINISTIC)
        .or()
        .resideInAPackage(SIMULATOR)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocal.class)
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.util\\.concurrent\\.(locks\\..*|.*Executor.*|.*Queue|.*Latch|Semaphore"
                + "|TimeUnit|Concurrent.*)")
        .check(CLASSES);
  }

  @Test
  void shouldKeepRandomnessOutOfStateMachines() {
    noClasses()
        .that()
        .resideInAnyPackage(DETERMINISTIC)
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.(util\\.(Random|SplittableRandom|UUID|random\\..*"
                + "|concurrent\\.ThreadLocalRandom)|security\\.SecureRandom)")
        .orShould()
        .callMethod(Math.class, "random")
        .check(CLASSES);
  }

  @Test
  void shouldKeepRandomnessWithoutASeedOutOfTheSimulator() {
    noClasses()
        .that()
        .resideInAPackage(SIMULATOR)
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.(util\\.(Random|concurrent\\.ThreadLocalRandom)|security\\.SecureRandom)")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID")
        .check(CLASSES);
  }

  @Test
  void shouldKeepCoreFreeOfOtherModules() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.leat.model..", "io.leat.wire..", "io.leat.volume..", "io.leat.client..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.leat.mds..",
            "io.leat.coordination..",
            "io.leat.hadoop..",
            "io.leat.hsm..",
            "org.apache.hadoop..",
            "org.apache.zookeeper..",
            "org.apache.curator..",
            "org.lmdbjava..")
        .check(CLASSES);
  }

  @Test
  void shouldKeepNettyInWire() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.leat.wire..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..")
        .check(CLASSES);
  }

  @Test
  void shouldKeepCuratorInItsPackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.leat.coordination.zk..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator..")
        .check(CLASSES);
  }

  @Test
  void shouldLetThePluginUseCoreAlone() {
    noClasses()
        .that()
        .resideInAPackage("io.leat.hadoop..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.leat.mds..", "io.leat.coordination..", "io.leat.hsm..", "io.leat.benchmarks..")
        .check(CLASSES);
  }

  @Test
  void shouldHideThePluginFromServers() {
    noClasses()
        .that()
        .resideInAnyPackage("io.leat.mds..", "io.leat.coordination..", "io.leat.hsm..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.leat.hadoop..", "io.leat.benchmarks..")
        .check(CLASSES);
  }
}
