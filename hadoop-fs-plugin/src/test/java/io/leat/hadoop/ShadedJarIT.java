package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** What stands on users' class paths: Leat's own classes and nothing that could collide. */
class ShadedJarIT {

  private static final Path JAR = Path.of("target", "leat-hadoop.jar");

  @Test
  void shouldHoldNothingThatIsNotLeats() throws IOException {
    List<String> strangers =
        entries().stream()
            .filter(name -> !name.startsWith("io/leat/"))
            .filter(name -> !name.startsWith("META-INF/"))
            .filter(name -> !name.equals("io/"))
            .filter(name -> !isLicence(name))
            .toList();

    assertEquals(List.of(), strangers);
  }

  @Test
  void shouldHoldTheFileSystemAndWhatItNeeds() throws IOException {
    List<String> entries = entries();

    assertTrue(entries.contains("io/leat/hadoop/LeatFileSystem.class"));
    assertTrue(entries.contains("io/leat/hadoop/LeatFs.class"));
    assertTrue(entries.contains("io/leat/client/LeatClient.class"));
    assertTrue(entries.stream().anyMatch(name -> name.startsWith("io/leat/shaded/netty/")));
    assertTrue(entries.stream().anyMatch(name -> name.startsWith("io/leat/shaded/protobuf/")));
  }

  @Test
  void shouldHoldNoClassesUnderMetaInf() throws IOException {
    assertEquals(
        List.of(),
        entries().stream()
            .filter(name -> name.startsWith("META-INF/") && name.endsWith(".class"))
            .toList());
  }

  @Test
  void shouldAnnounceTheFileSystemToTheServiceLoader() throws IOException {
    assertTrue(Files.exists(JAR), JAR.toAbsolutePath() + " is missing: run mvn package");
    try (JarFile jar = new JarFile(JAR.toFile())) {
      JarEntry services = jar.getJarEntry("META-INF/services/org.apache.hadoop.fs.FileSystem");
      byte[] content = jar.getInputStream(services).readAllBytes();
      assertEquals(
          LeatFileSystem.class.getName(), new String(content, StandardCharsets.UTF_8).trim());
    }
  }

  private static boolean isLicence(String name) {
    return name.matches("(LICENSE|NOTICE|DEPENDENCIES)[^/]*");
  }

  private static List<String> entries() throws IOException {
    assertTrue(Files.exists(JAR), JAR.toAbsolutePath() + " is missing: run mvn package");
    try (JarFile jar = new JarFile(JAR.toFile())) {
      return jar.stream().map(JarEntry::getName).toList();
    }
  }
}
