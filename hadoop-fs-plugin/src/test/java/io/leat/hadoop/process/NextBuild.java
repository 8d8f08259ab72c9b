package io.leat.hadoop.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * A later version of this software, made of its sources: one that speaks a newer protocol too,
 * knows a newer level, and differs in messages. Its clients add a field to each request, its
 * servers one to each reply, and one to each session in the journal.
 */
final class NextBuild {

  static final String SOFTWARE = "next";

  /** A field that this version knows nothing of. */
  private static final String FIELD = "  string build = 900;\n";

  private static final String ADDED = ".setBuild(\"" + SOFTWARE + "\")";
  private static final long TOOL_SECONDS_MAX = 60;

  /** What is replaced by what, in a file of a module's sources. */
  private record Change(String file, String from, String to) {}

  private static final List<Change> MESSAGES =
      List.of(
          new Change("core/src/main/proto/leat.proto", "message Request {\n", FIELD),
          new Change("core/src/main/proto/leat.proto", "message Reply {\n", FIELD),
          new Change("mds-server/src/main/proto/image.proto", "message SessionRecord {\n", FIELD));

  private static final List<Change> CODE =
      List.of(
          new Change(
              "core/src/main/java/io/leat/wire/WireProtocol.java",
              "int PROTOCOL_VERSION = 1;",
              "int PROTOCOL_VERSION = 2;"),
          new Change(
              "core/src/main/java/io/leat/client/engine/ClientEngine.java",
              ".setRequest(request)",
              ".setRequest(request.toBuilder()" + ADDED + ")"),
          new Change(
              "mds-server/src/main/java/io/leat/mds/core/VirtualServerCore.java",
              ".setReply(reply)",
              ".setReply(reply.toBuilder()" + ADDED + ")"),
          new Change(
              "mds-server/src/main/java/io/leat/mds/core/VirtualServerCore.java",
              "SessionRecord.newBuilder()",
              "SessionRecord.newBuilder()" + ADDED),
          new Change(
              "mds-server/src/main/java/io/leat/mds/server/Levels.java", "MAX = 1;", "MAX = 2;"),
          new Change(
              "mds-server/src/main/java/io/leat/mds/server/MetadataServer.java",
              "\"dev\"",
              "\"" + SOFTWARE + "\""));

  private final Path directory;
  private final Path classes;

  private NextBuild(Path directory) throws IOException {
    this.directory = directory;
    this.classes = Files.createDirectories(directory.resolve("classes"));
  }

  /**
   * Builds it.
   *
   * @param directory empty, or not there
   * @return the class path of a process that runs it
   */
  static String classPath(Path directory) throws Exception {
    NextBuild build = new NextBuild(directory);
    build.compile();
    return build.classes + File.pathSeparator + System.getProperty("java.class.path");
  }

  private static Path repository() {
    return Path.of("").toAbsolutePath().getParent();
  }

  private void compile() throws Exception {
    List<Path> sources = new ArrayList<>();
    Path generated = Files.createDirectories(directory.resolve("generated"));
    for (Map.Entry<String, List<Change>> file : byFile(MESSAGES).entrySet()) {
      String text = Files.readString(repository().resolve(file.getKey()));
      for (Change change : file.getValue()) {
        text = replaced(text, change, change.from() + change.to());
      }
      Path proto = directory.resolve(Path.of(file.getKey()).getFileName());
      Files.writeString(proto, text);
      run(protoc(), "-I" + directory, "--java_out=" + generated, proto.toString());
    }
    for (Path source : javaFiles(generated)) {
      if (isNew(generated.relativize(source), source)) {
        sources.add(source);
      }
    }
    for (Map.Entry<String, List<Change>> file : byFile(CODE).entrySet()) {
      String text = Files.readString(repository().resolve(file.getKey()));
      for (Change change : file.getValue()) {
        text = replaced(text, change, change.to());
      }
      Path source = directory.resolve("code").resolve(file.getKey());
      Files.createDirectories(source.getParent());
      sources.add(Files.writeString(source, text));
    }
    List<String> arguments = new ArrayList<>(List.of("-nowarn", "-proc:none"));
    arguments.addAll(List.of("-d", classes.toString()));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    sources.forEach(source -> arguments.add(source.toString()));
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    if (result != 0) {
      throw new IOException("the next version does not compile, see above");
    }
  }

  private static Map<String, List<Change>> byFile(List<Change> changes) {
    return changes.stream().collect(Collectors.groupingBy(Change::file));
  }

  private static String replaced(String text, Change change, String to) throws IOException {
    if (text.split(java.util.regex.Pattern.quote(change.from()), -1).length != 2) {
      throw new IOException(
          "'%s' does not stand once in %s".formatted(change.from(), change.file()));
    }
    return text.replace(change.from(), to);
  }

  /** Most are as this version's build has made them. */
  private static boolean isNew(Path name, Path source) throws IOException {
    for (String module : List.of("core", "mds-server")) {
      Path made = repository().resolve(module + "/target/generated-sources/protobuf/java");
      if (Files.exists(made.resolve(name))) {
        return Files.mismatch(made.resolve(name), source) >= 0;
      }
    }
    return true;
  }

  private static List<Path> javaFiles(Path below) throws IOException {
    try (Stream<Path> files = Files.walk(below)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  /** The one that the build of {@code core} has used. */
  private static String protoc() throws IOException {
    try (Stream<Path> plugins = Files.list(repository().resolve("core/target/protoc-plugins"))) {
      return plugins
          .filter(file -> file.getFileName().toString().startsWith("protoc-"))
          .findFirst()
          .orElseThrow(() -> new IOException("no protoc in core/target; build core first"))
          .toString();
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (!process.waitFor(TOOL_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("failed: " + String.join(" ", command));
    }
  }
}
