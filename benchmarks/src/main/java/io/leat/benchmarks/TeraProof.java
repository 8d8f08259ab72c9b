package io.leat.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.examples.terasort.TeraChecksum;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ToolRunner;

/**
 * Whether a sort was one: TeraValidate found every row in order, and the checksum over its rows is
 * the one over the input's. TeraValidate itself ends well even when it has found disorder; what it
 * found stands in its output.
 */
final class TeraProof {
  private static final String CHECKSUM = "checksum";

  private final Configuration configuration;

  TeraProof(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Reads TeraValidate's report and computes the input's checksum.
   *
   * @throws IOException when rows are out of order, lost or changed
   */
  void verify(String input, String report, String scratch) throws Exception {
    String sorted = checksumOf(lines(report));
    int code =
        ToolRunner.run(
            new Configuration(configuration), new TeraChecksum(), new String[] {input, scratch});
    List<String> generated = lines(scratch);
    if (code != 0 || generated.size() != 1 || !generated.get(0).trim().equals(sorted)) {
      throw new IOException(
          "rows were lost or changed: checksum of the input %s, of the sorted output %s"
              .formatted(generated, sorted));
    }
  }

  /** The checksum in TeraValidate's report, if that holds nothing else. */
  static String checksumOf(List<String> report) throws IOException {
    if (report.size() != 1 || !report.get(0).startsWith(CHECKSUM + "\t")) {
      throw new IOException("TeraValidate reports disorder: " + report);
    }
    return report.get(0).substring(CHECKSUM.length() + 1).trim();
  }

  private List<String> lines(String directory) throws IOException {
    Path path = new Path(directory);
    FileSystem fileSystem = path.getFileSystem(configuration);
    List<String> lines = new ArrayList<>();
    for (FileStatus part : fileSystem.listStatus(path, file -> file.getName().startsWith("part"))) {
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(fileSystem.open(part.getPath()), StandardCharsets.UTF_8))) {
        reader.lines().forEach(lines::add);
      }
    }
    return lines;
  }
}
