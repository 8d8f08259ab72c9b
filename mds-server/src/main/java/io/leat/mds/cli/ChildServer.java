package io.leat.mds.cli;

import io.leat.mds.config.ConfigKey;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;

/**
 * {@code leat mds start} in a child process, which may be killed and started again, for tests and
 * benchmarks. One thread at a time.
 */
public final class ChildServer implements Closeable {

  private static final long AWAIT_SECONDS = 60;
  private static final String SERVES = " serves at ";

  private final String name;
  private final Path home;
  private final Map<String, String> settings;
  private String classPath = System.getProperty("java.class.path");
  private Process process;
  private String address;

  /**
   * Not started yet.
   *
   * @param name of the member
   * @param home its own directory: configuration, logs, images
   * @param settings of {@code leat-site.xml}, besides its name and port
   */
  public ChildServer(String name, Path home, Map<String, String> settings) {
    this.name = name;
    this.home = home;
    this.settings = settings;
  }

  /** From the next start on it runs these classes, instead of those of this process. */
  public void use(String otherClassPath) {
    classPath = otherClassPath;
  }

  /** Of the member. */
  public String name() {
    return name;
  }

  /** Where it serves or stands by; kept from the first start on. */
  public String address() {
    return address;
  }

  /** Whether its process lives. */
  public boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** Returns when it serves or stands by. */
  public void start() throws IOException {
    Path conf = Files.createDirectories(home.resolve("conf"));
    writeSettings(conf.resolve("leat-site.xml"));
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(BackgroundCell.JVM_FLAGS);
    command.add("-Dleat.log.dir=" + Files.createDirectories(home.resolve("logs")));
    command.addAll(List.of("-cp", classPath, Leat.class.getName()));
    command.addAll(List.of("mds", "start", "--conf", conf.toString()));
    process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(new File(home.toFile(), "stderr")))
            .start();
    address = awaitAddress();
  }

  private void writeSettings(Path file) throws IOException {
    Map<String, String> all = new TreeMap<>(settings);
    all.put(ConfigKey.MDS_NAME.template(), name);
    all.put(
        ConfigKey.MDS_PORT.template(),
        address == null ? "0" : address.substring(address.lastIndexOf(':') + 1));
    Configuration configuration = new Configuration(false);
    all.forEach(configuration::set);
    try (OutputStream out = Files.newOutputStream(file)) {
      configuration.writeXml(out);
    }
  }

  private String awaitAddress() throws IOException {
    try {
      return CompletableFuture.supplyAsync(this::readAddress).get(AWAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new IOException(
          name + " does not serve: " + Files.readString(home.resolve("stderr")), e);
    }
  }

  private String readAddress() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        int at = line.indexOf(SERVES);
        if (at > 0) {
          return line.substring(at + SERVES.length(), line.length() - 1);
        }
      }
      throw new IllegalStateException("it has ended");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Ends it without a goodbye. */
  public void kill() throws IOException {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Sends it a signal, named as {@code kill} names it. */
  public void signal(String signal) throws IOException, InterruptedException {
    int result =
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    if (result != 0) {
      throw new IOException("kill -" + signal + " answers " + result);
    }
  }

  /** Asks it to end in order, and waits. */
  public void stop() throws IOException {
    process.destroy();
    awaitEnd();
  }

  private void awaitEnd() throws IOException {
    try {
      if (!process.waitFor(AWAIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(name + " did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (isRunning()) {
      kill();
    }
  }
}
