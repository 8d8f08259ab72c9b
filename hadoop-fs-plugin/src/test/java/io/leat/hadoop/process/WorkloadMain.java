package io.leat.hadoop.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Works in a directory of its own until standard input says so, remembers everything that was
 * acknowledged, and compares in the end. No operation may fail: servers that die under it are the
 * client engine's to ride through. Prints {@code DONE operations slow} or throws.
 */
final class WorkloadMain {

  private static final int FILES_MAX = 40;
  private static final int WRITE_BYTES_MAX = 60_000;

  /** Of small writes; files of one or two stand in the image. */
  private static final int SMALL_BYTES_MAX = 3_000;

  private final FileSystem fs;
  private final Path home;
  private final Random random;
  private final Map<String, byte[]> shadow = new TreeMap<>();
  private final TimedCalls calls = new TimedCalls();
  private long operations;
  private int names;

  private WorkloadMain(FileSystem fs, Path home, long seed) {
    this.fs = fs;
    this.home = home;
    this.random = new Random(seed);
  }

  public static void main(String[] args) throws IOException {
    Configuration conf = new Configuration();
    conf.set("fs.leat.mds.addresses", args[0]);
    conf.set("fs.defaultFS", "leat://demo/");
    try (FileSystem fs = FileSystem.newInstance(conf);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      WorkloadMain workload = new WorkloadMain(fs, new Path(args[1]), Long.parseLong(args[2]));
      fs.mkdirs(workload.home);
      System.out.println("READY");
      while (!in.ready()) {
        workload.step();
      }
      workload.compare();
      System.out.println("DONE " + workload.operations + " " + workload.calls.text());
    }
  }

  private void step() throws IOException {
    List<String> files = new ArrayList<>(shadow.keySet());
    String file = files.isEmpty() ? null : files.get(random.nextInt(files.size()));
    if (file == null || (files.size() < FILES_MAX && random.nextInt(4) == 0)) {
      create("f" + names++);
    } else {
      change(file);
    }
    operations++;
  }

  private void change(String file) throws IOException {
    switch (random.nextInt(6)) {
      case 0 -> append(file);
      case 1 -> {
        require(calls.time(() -> fs.delete(path(file), false)), "delete of " + file);
        shadow.remove(file);
      }
      case 2 -> {
        String to = "f" + names++;
        require(calls.time(() -> fs.rename(path(file), path(to))), "rename of " + file);
        shadow.put(to, shadow.remove(file));
      }
      case 3 -> truncate(file);
      case 4 -> create(file);
      default -> compare(file);
    }
  }

  private void create(String file) throws IOException {
    FSDataOutputStream out = calls.time(() -> fs.create(path(file), true));
    shadow.put(file, new byte[0]);
    shadow.put(file, write(out, new byte[0]));
  }

  private void append(String file) throws IOException {
    FSDataOutputStream out = calls.time(() -> fs.append(path(file)));
    shadow.put(file, write(out, shadow.get(file)));
  }

  /** Writes behind what is there and closes. */
  private byte[] write(FSDataOutputStream out, byte[] before) throws IOException {
    byte[] all = before;
    for (int i = random.nextInt(4); i > 0; i--) {
      byte[] more =
          new byte[random.nextInt(random.nextBoolean() ? SMALL_BYTES_MAX : WRITE_BYTES_MAX)];
      random.nextBytes(more);
      out.write(more);
      all = Arrays.copyOf(all, all.length + more.length);
      System.arraycopy(more, 0, all, all.length - more.length, more.length);
      if (random.nextBoolean()) {
        call(out::hflush);
      }
    }
    call(out::close);
    return all;
  }

  /** A call without a result. */
  @FunctionalInterface
  private interface Action {
    void run() throws IOException;
  }

  private void call(Action action) throws IOException {
    boolean unused =
        calls.time(
            () -> {
              action.run();
              return true;
            });
  }

  private void truncate(String file) throws IOException {
    byte[] bytes = shadow.get(file);
    int length = random.nextInt(bytes.length + 1);
    require(calls.time(() -> fs.truncate(path(file), length)), "truncate of " + file);
    shadow.put(file, Arrays.copyOf(bytes, length));
  }

  private void compare() throws IOException {
    List<String> found = new ArrayList<>();
    for (FileStatus status : fs.listStatus(home)) {
      found.add(status.getPath().getName());
    }
    found.sort(null);
    require(found.equals(new ArrayList<>(shadow.keySet())), "names: " + found);
    for (String file : shadow.keySet()) {
      compare(file);
    }
  }

  private void compare(String file) throws IOException {
    byte[] expected = shadow.get(file);
    long length = calls.time(() -> fs.getFileStatus(path(file))).getLen();
    require(length == expected.length, file + " has " + length + " bytes of " + expected.length);
    byte[] read = new byte[expected.length];
    try (FSDataInputStream in = fs.open(path(file))) {
      in.readFully(read);
    }
    require(Arrays.equals(expected, read), "bytes of " + file);
  }

  private void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException("differs from the shadow: " + what);
    }
  }

  private Path path(String file) {
    return new Path(home, file);
  }
}
