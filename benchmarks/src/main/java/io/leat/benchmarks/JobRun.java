package io.leat.benchmarks;

import io.leat.benchmarks.JobLine.Step;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Follows the jobs' JVM: progress to the user, results to the report, the rest to the log. */
final class JobRun {
  private final PrintWriter out;
  private final Path log;
  private final List<Step> steps = new ArrayList<>();
  private long movedBytes;
  private String failure;

  JobRun(PrintWriter out, Path log) {
    this.out = out;
    this.log = log;
  }

  /**
   * Runs the process to its end; its standard error goes to the log.
   *
   * @throws IOException when it fails; says why and where the log is
   */
  void await(ProcessBuilder builder) throws IOException, InterruptedException {
    Files.writeString(log, "");
    Process process = builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
    process.getOutputStream().close();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line);
      }
    } finally {
      process.destroy();
    }
    int code = process.waitFor();
    if (code != 0 || failure != null) {
      String why = failure == null ? "the jobs' process ended with code " + code : failure;
      throw new IOException(why + "; see " + log);
    }
  }

  private void take(String line) throws IOException {
    var parsed = JobLine.parse(line);
    if (parsed.isEmpty()) {
      Files.writeString(log, line + "\n", StandardOpenOption.APPEND);
    } else {
      take(parsed.get());
    }
  }

  private void take(JobLine line) {
    if (line instanceof JobLine.Progress progress) {
      out.println("  " + progress.text());
      out.flush();
    } else if (line instanceof Step step) {
      steps.add(step);
    } else if (line instanceof JobLine.Moved moved) {
      movedBytes = moved.bytes();
    } else if (line instanceof JobLine.Failed failed) {
      failure = failed.reason();
    }
  }

  /** The steps that are done, in their order. */
  List<Step> steps() {
    return List.copyOf(steps);
  }

  /** Bytes that went through the file system in all steps, both ways. */
  long movedBytes() {
    return movedBytes;
  }
}
