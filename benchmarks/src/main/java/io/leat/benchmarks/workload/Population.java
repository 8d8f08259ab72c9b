package io.leat.benchmarks.workload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Files that are there before something is measured: as many in each directory. */
final class Population {
  /** The content of files without content. */
  static final byte[] EMPTY = {};

  private static final int THREADS = 16;
  private static final long SEED = 7;

  private final List<Path> directories = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();

  /** What is done with a path. */
  interface Visit {
    void visit(Path path) throws IOException;
  }

  /**
   * Names them; nothing is made yet.
   *
   * @param count files all together
   */
  Population(Path base, int count, int filesPerDirectory) {
    for (int i = 0; i < count; i++) {
      if (i % filesPerDirectory == 0) {
        directories.add(new Path(base, "d" + directories.size()));
      }
      files.add(new Path(directories.get(directories.size() - 1), "f" + i));
    }
  }

  /** Makes directories and files, each file with this content. */
  void make(FileSystem fileSystem, byte[] content) throws IOException, InterruptedException {
    for (Path directory : directories) {
      fileSystem.mkdirs(directory);
    }
    var unused = Crew.runOut(THREADS, eachOnce(files, path -> write(fileSystem, path, content)));
  }

  /** Writes a new file. */
  static void write(FileSystem fileSystem, Path path, byte[] content) throws IOException {
    try (FSDataOutputStream out = fileSystem.create(path, false)) {
      if (content.length > 0) {
        out.write(content);
      }
    }
  }

  List<Path> directories() {
    return Collections.unmodifiableList(directories);
  }

  /** A task that takes each file once, in an order that has nothing to do with that of names. */
  Crew.Task eachOnce(Visit visit) {
    List<Path> order = new ArrayList<>(files);
    Collections.shuffle(order, new Random(SEED));
    return eachOnce(order, visit);
  }

  /** A task that takes the first {@code count} files again and again. */
  Crew.Task again(int count, Visit visit) {
    return (thread, time) -> {
      visit.visit(files.get(time % count));
      return true;
    };
  }

  private static Crew.Task eachOnce(List<Path> order, Visit visit) {
    AtomicInteger next = new AtomicInteger();
    return (thread, time) -> {
      int index = next.getAndIncrement();
      if (index < order.size()) {
        visit.visit(order.get(index));
      }
      return index < order.size();
    };
  }
}
