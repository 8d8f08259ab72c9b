package io.leat.hadoop.process;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client in a process of its own, driven line by line; see {@link ClientProcessMain}. */
final class ClientProcess implements Closeable {

  private static final long ANSWER_SECONDS = 60;

  private final Process process;
  private final PrintWriter commands;
  private final BufferedReader answers;

  ClientProcess(List<String> addresses) throws IOException {
    this(List.of(), addresses);
  }

  /**
   * A process that a command starts.
   *
   * @param launcher what stands before {@code java} on the command line
   */
  ClientProcess(List<String> launcher, List<String> addresses) throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path").replace("\n", File.pathSeparator),
            ClientProcessMain.class.getName(),
            String.join(",", addresses)));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    commands = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Sends a command and returns its answer; a failure there is an IOException here. */
  String tell(String command) throws IOException {
    commands.println(command);
    String answer = answer(command);
    if (answer.startsWith("ERROR ")) {
      throw new IOException(answer.substring("ERROR ".length()));
    }
    return answer.substring("OK ".length());
  }

  private String answer(String command) throws IOException {
    CompletableFuture<String> line = CompletableFuture.supplyAsync(this::nextAnswer);
    try {
      return line.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new IOException("no answer to " + command, e);
    }
  }

  private String nextAnswer() {
    try {
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        if (line.startsWith("OK ") || line.startsWith("ERROR ")) {
          return line;
        }
      }
      throw new IllegalStateException("the client process has ended");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Sends it a signal, named as {@code kill} names it. */
  void signal(String signal) throws IOException, InterruptedException {
    int result =
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    if (result != 0) {
      throw new IOException("kill -" + signal + " answers " + result);
    }
  }

  /** Ends it without a goodbye. */
  void kill() throws IOException {
    process.destroyForcibly();
    await();
  }

  @Override
  public void close() throws IOException {
    commands.close();
    await();
  }

  private void await() throws IOException {
    try {
      if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("the client process did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
