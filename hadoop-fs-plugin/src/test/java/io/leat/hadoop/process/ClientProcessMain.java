package io.leat.hadoop.process;

import io.leat.hadoop.CreateOptionKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileRange;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LeaseRecoverable;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * A client that does what standard input says, one command a line, and answers {@code OK ...} or
 * {@code ERROR Class: message}. Streams are named by their path.
 */
final class ClientProcessMain {

  private final FileSystem fs;
  private final Map<String, FSDataOutputStream> writers = new HashMap<>();
  private final Map<String, FSDataInputStream> readers = new HashMap<>();

  private ClientProcessMain(FileSystem fs) {
    this.fs = fs;
  }

  public static void main(String[] args) throws IOException {
    Configuration conf = new Configuration();
    conf.set("fs.leat.mds.addresses", args[0]);
    conf.set("fs.defaultFS", "leat://demo/");
    try (FileSystem fs = FileSystem.newInstance(conf);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      ClientProcessMain client = new ClientProcessMain(fs);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println(client.answer(line.split(" ", 3)));
      }
    }
  }

  private String answer(String[] words) {
    try {
      String rest = words.length > 2 ? words[2] : "";
      return "OK " + execute(words[0], words[1], rest);
    } catch (IOException | RuntimeException e) {
      return "ERROR %s: %s"
          .formatted(e.getClass().getSimpleName(), e.getMessage())
          .replace('\n', ' ');
    }
  }

  private String execute(String command, String path, String rest) throws IOException {
    switch (command) {
      case "create" -> writers.put(path, fs.create(new Path(path), true));
      case "range" -> writers.put(path, range(path, rest.split(" ")));
      case "append" -> writers.put(path, fs.append(new Path(path)));
      case "write" -> writers.get(path).write(rest.getBytes(StandardCharsets.UTF_8));
      case "hflush" -> writers.get(path).hflush();
      case "hsync" -> writers.get(path).hsync();
      case "close" -> writers.remove(path).close();
      case "open" -> readers.put(path, fs.open(new Path(path)));
      case "read" -> {
        return read(readers.get(path));
      }
      case "pread" -> {
        return pread(path, rest.split(" "));
      }
      case "vectored" -> {
        return vectored(path, rest.split(" "));
      }
      case "unopen" -> readers.remove(path).close();
      case "delete" -> {
        return "" + fs.delete(new Path(path), true);
      }
      case "size" -> {
        return "" + fs.getFileStatus(new Path(path)).getLen();
      }
      case "mode" -> {
        return "" + fs.getFileStatus(new Path(path)).getPermission();
      }
      case "chmod" -> fs.setPermission(new Path(path), new FsPermission(rest));
      case "rename" -> {
        return "" + fs.rename(new Path(path), new Path(rest));
      }
      case "exists" -> {
        return "" + fs.exists(new Path(path));
      }
      case "mkdirs" -> {
        return "" + fs.mkdirs(new Path(path));
      }
      case "list" -> {
        return list(path);
      }
      case "modified" -> {
        return "" + fs.getFileStatus(new Path(path)).getModificationTime();
      }
      case "truncate" -> {
        return "" + fs.truncate(new Path(path), Long.parseLong(rest));
      }
      case "recover" -> {
        return "" + ((LeaseRecoverable) fs).recoverLease(new Path(path));
      }
      default -> throw new IllegalArgumentException("unknown command " + command);
    }
    return "";
  }

  private FSDataOutputStream range(String path, String[] range) throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = fs.createFile(new Path(path));
    return builder
        .overwrite(true)
        .must(CreateOptionKeys.RANGE_OFFSET, Long.parseLong(range[0]))
        .must(CreateOptionKeys.RANGE_LENGTH, Long.parseLong(range[1]))
        .build();
  }

  /** Names and lengths. */
  private String list(String path) throws IOException {
    return Arrays.stream(fs.listStatus(new Path(path)))
        .map(status -> status.getPath().getName() + ":" + status.getLen())
        .collect(Collectors.joining(" "));
  }

  private String pread(String path, String[] range) throws IOException {
    byte[] got = new byte[Integer.parseInt(range[1])];
    try (FSDataInputStream in = fs.open(new Path(path))) {
      in.readFully(Long.parseLong(range[0]), got);
    }
    return new String(got, StandardCharsets.UTF_8);
  }

  /** The same bytes in two ranges. */
  private String vectored(String path, String[] range) throws IOException {
    long from = Long.parseLong(range[0]);
    int length = Integer.parseInt(range[1]);
    List<FileRange> ranges = new ArrayList<>();
    ranges.add(FileRange.createFileRange(from, length / 2));
    ranges.add(FileRange.createFileRange(from + length / 2, length - length / 2));
    ranges.removeIf(part -> part.getLength() == 0);
    StringBuilder text = new StringBuilder();
    try (FSDataInputStream in = fs.open(new Path(path))) {
      in.readVectored(ranges, ByteBuffer::allocate);
      for (FileRange part : ranges) {
        text.append(StandardCharsets.UTF_8.decode(part.getData().join()));
      }
    }
    return text.toString();
  }

  /** Everything from the stream's position to the end. */
  private static String read(FSDataInputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[8192];
    for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
      text.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
    }
    return text.toString();
  }
}
