package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cli.BackgroundCell;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LeaseRecoverable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random operations of several client processes on the same few files, beside a shadow of each
 * file, while clients are killed (-9), stopped past their lease and continued, and the server is
 * killed and started again. One operation on a file at a time, by whichever process; what a killed
 * client has not been answered leaves two possibilities, and a look decides. {@code
 * dev/shared-files} runs it for longer.
 */
class SharedFilesIT {

  private static final int OPERATIONS = Integer.getInteger("leat.test.shared.operations", 120);
  private static final int SERVER_KILLS = Integer.getInteger("leat.test.shared.kills", 2);
  private static final int CLIENTS = 3;
  private static final int FILES = 4;
  private static final int LEASE_MILLIS = 2_000;
  private static final int CHUNK_MAX = 6_000;
  private static final int CHUNKS_MAX = 4;
  private static final int FILE_MAX = 60_000;
  private static final int KILL_ONE_IN = 15;
  private static final int STALL_ONE_IN = 60;
  private static final int KILL_MILLIS_MAX = 30;
  private static final int SETTLE_SECONDS = 60;

  @TempDir Path directory;

  private final long seed = Long.getLong("leat.test.seed", System.nanoTime());
  private final List<Shared> files = new ArrayList<>();
  private final Map<String, Integer> done = new TreeMap<>();
  private final AtomicInteger left = new AtomicInteger(OPERATIONS);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private BackgroundCell cell;
  private List<String> addresses;
  private FileSystem fs;

  /** A file and what has to be in it. */
  private static final class Shared {
    private final ReentrantLock lock = new ReentrantLock();
    private final String[] names;
    private int name;

    /** Null while there is no file. */
    private String content;

    Shared(int number) {
      names = new String[] {"/tmp/shared/a" + number, "/tmp/shared/b" + number};
    }

    String path() {
      return names[name];
    }

    String otherPath() {
      return names[1 - name];
    }
  }

  @AfterEach
  void stop() throws Exception {
    threads.shutdownNow();
    assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS));
    if (fs != null) {
      fs.close();
    }
    if (cell != null) {
      cell.stop();
    }
  }

  @Test
  @Timeout(600)
  void shouldHoldWhatTheShadowHolds() throws Exception {
    System.out.println("SharedFilesIT: -Dleat.test.seed=" + seed);
    cell = new BackgroundCell(new CellLayout(directory));
    addresses = start();
    Configuration conf = new Configuration();
    conf.set("fs.leat.mds.addresses", String.join(",", addresses));
    conf.set("fs.defaultFS", "leat://demo/");
    fs = FileSystem.newInstance(conf);
    for (int i = 0; i < FILES; i++) {
      files.add(new Shared(i));
    }
    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Worker worker = new Worker(new Random(seed + i));
      workers.add(
          threads.submit(
              () -> {
                worker.work();
                return null;
              }));
    }
    Random random = new Random(seed - 1);
    for (int i = 1; i <= SERVER_KILLS; i++) {
      int until = OPERATIONS - i * OPERATIONS / (SERVER_KILLS + 1);
      while (left.get() > until && workers.stream().noneMatch(Future::isDone)) {
        TimeUnit.MILLISECONDS.sleep(1 + random.nextInt(20));
      }
      ProcessHandle server = cell.running().orElseThrow().process().orElseThrow();
      server.destroyForcibly();
      server.onExit().get(10, TimeUnit.SECONDS);
      start();
      count("server killed");
    }
    for (Future<?> worker : workers) {
      worker.get();
    }
    for (Shared file : files) {
      assertEquals(file.content, read(file.path()), file.path());
    }
    System.out.println("SharedFilesIT: " + done);
  }

  private List<String> start() throws Exception {
    return cell.start(Map.of("leat.client.lease", LEASE_MILLIS + "ms", "leat.volume.size", "256m"))
        .addresses();
  }

  private void count(String what) {
    synchronized (done) {
      done.merge(what, 1, Integer::sum);
    }
  }

  /** All of a file's bytes as this process sees them; null when it is absent. */
  private String read(String path) throws IOException {
    try (FSDataInputStream in = fs.open(new org.apache.hadoop.fs.Path(path))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  /**
   * Finds out what an operation has done that was not answered: nobody writes the file any more,
   * and what is in it is one of what may be.
   */
  private void settle(Shared file, Predicate<String> possible) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.path());
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
    try {
      while (!((LeaseRecoverable) fs).recoverLease(path)) {
        assertTrue(System.nanoTime() < end, path + " is not closed");
      }
    } catch (FileNotFoundException e) {
      assertTrue(possible.test(null), path + " is absent");
    }
    String got = read(file.path());
    assertTrue(
        possible.test(got),
        () -> path + " has what nobody has written: " + (got == null ? "nothing" : got.length()));
    file.content = got;
  }

  /** What one thread does, in one client process after the other. */
  private final class Worker {
    private final Random random;
    private ClientProcess client;

    Worker(Random random) {
      this.random = random;
    }

    void work() throws Exception {
      client = new ClientProcess(addresses);
      while (left.getAndDecrement() > 0) {
        Shared file = files.get(random.nextInt(FILES));
        file.lock.lock();
        try {
          if (file.content != null && random.nextInt(STALL_ONE_IN) == 0) {
            stallInAppend(file);
          } else {
            mayDie(() -> operate(file));
          }
        } finally {
          file.lock.unlock();
        }
      }
      client.kill();
    }

    /** The process is killed now and then while it works. */
    private void mayDie(Step step) throws Exception {
      Future<?> killer = null;
      if (random.nextInt(KILL_ONE_IN) == 0) {
        ClientProcess doomed = client;
        int millis = random.nextInt(KILL_MILLIS_MAX);
        killer =
            threads.submit(
                () -> {
                  TimeUnit.MILLISECONDS.sleep(millis);
                  doomed.kill();
                  return null;
                });
      }
      boolean answered = step.run();
      if (killer != null) {
        killer.get();
        count("client killed");
      }
      if (killer != null || !answered) {
        client.kill();
        client = new ClientProcess(addresses);
      }
    }

    private boolean operate(Shared file) throws Exception {
      if (file.content == null || random.nextInt(6) == 0) {
        return create(file);
      }
      return switch (random.nextInt(8)) {
        case 0, 1 -> append(file);
        case 2 -> truncate(file);
        case 3 -> rename(file);
        case 4 -> random.nextInt(3) == 0 ? delete(file) : look(file);
        case 5 -> readPart(file);
        case 6 -> look(file);
        default -> readAll(file);
      };
    }

    private List<String> chunks() {
      List<String> chunks = new ArrayList<>();
      for (int i = 1 + random.nextInt(CHUNKS_MAX); i > 0; i--) {
        StringBuilder chunk = new StringBuilder();
        for (int left = 1 + random.nextInt(CHUNK_MAX); left > 0; left--) {
          chunk.append((char) ('a' + random.nextInt(26)));
        }
        chunks.add(chunk.toString());
      }
      return chunks;
    }

    /** Writes all of it; returns how many characters were flushed, negative when not closed. */
    private int write(String path, List<String> chunks) throws IOException {
      int written = 0;
      int flushed = 0;
      try {
        for (String chunk : chunks) {
          client.tell("write " + path + " " + chunk);
          written += chunk.length();
          if (random.nextBoolean()) {
            client.tell((random.nextBoolean() ? "hflush " : "hsync ") + path);
            flushed = written;
          }
        }
        client.tell("close " + path);
        return 0;
      } catch (IOException e) {
        return -1 - flushed;
      }
    }

    private boolean create(Shared file) throws IOException {
      count("create");
      List<String> chunks = chunks();
      String all = String.join("", chunks);
      String before = file.content;
      try {
        client.tell("create " + file.path());
      } catch (IOException e) {
        settle(file, got -> equal(got, before) || equal(got, ""));
        return false;
      }
      int result = write(file.path(), chunks);
      if (result == 0) {
        file.content = all;
      } else {
        settle(file, got -> isPrefix(got, all, -1 - result));
      }
      return result == 0;
    }

    private boolean append(Shared file) throws IOException {
      if (file.content.length() > FILE_MAX) {
        return create(file);
      }
      count("append");
      List<String> chunks = chunks();
      String before = file.content;
      String all = before + String.join("", chunks);
      try {
        client.tell("append " + file.path());
      } catch (IOException e) {
        settle(file, got -> equal(got, before));
        return false;
      }
      int result = write(file.path(), chunks);
      if (result == 0) {
        file.content = all;
      } else {
        settle(file, got -> isPrefix(got, all, before.length() + (-1 - result)));
      }
      return result == 0;
    }

    private boolean truncate(Shared file) throws IOException {
      count("truncate");
      String before = file.content;
      String after = before.substring(0, random.nextInt(before.length() + 1));
      try {
        client.tell("truncate " + file.path() + " " + after.length());
        file.content = after;
        return true;
      } catch (IOException e) {
        settle(file, got -> equal(got, before) || equal(got, after));
        return false;
      }
    }

    private boolean rename(Shared file) throws IOException {
      count("rename");
      try {
        assertEquals("true", client.tell("rename " + file.path() + " " + file.otherPath()));
        file.name = 1 - file.name;
        assertEquals("false", client.tell("exists " + file.otherPath()));
        return true;
      } catch (IOException e) {
        String content = file.content;
        boolean moved = read(file.otherPath()) != null;
        assertEquals(!moved, read(file.path()) != null, "at one of its names");
        file.name = moved ? 1 - file.name : file.name;
        settle(file, got -> equal(got, content));
        return false;
      }
    }

    private boolean delete(Shared file) throws IOException {
      count("delete");
      String before = file.content;
      try {
        assertEquals("true", client.tell("delete " + file.path()));
        file.content = null;
        return true;
      } catch (IOException e) {
        settle(file, got -> got == null || equal(got, before));
        return false;
      }
    }

    private boolean look(Shared file) throws IOException {
      count("look");
      return asked("size " + file.path(), "" + file.content.length())
          && asked("exists " + file.otherPath(), "false");
    }

    private boolean readAll(Shared file) throws IOException {
      count("read");
      try {
        client.tell("open " + file.path());
        String got = client.tell("read " + file.path());
        client.tell("unopen " + file.path());
        assertEquals(file.content, got, file.path());
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    private boolean readPart(Shared file) throws IOException {
      if (file.content.isEmpty()) {
        return readAll(file);
      }
      count("read parts");
      int from = random.nextInt(file.content.length());
      int to = from + random.nextInt(file.content.length() - from + 1);
      String part = file.content.substring(from, to);
      return asked("pread " + file.path() + " " + from + " " + part.length(), part)
          && asked("vectored " + file.path() + " " + from + " " + part.length(), part);
    }

    private boolean asked(String question, String expected) {
      String got;
      try {
        got = client.tell(question);
      } catch (IOException e) {
        return false; // it was killed, or had lost its session
      }
      assertEquals(expected, got, question);
      return true;
    }

    /**
     * The process stops in the middle of an append, past its lease; another appends; the sleeper
     * wakes, writes on, and changes nothing.
     */
    private void stallInAppend(Shared file) throws Exception {
      String start = chunks().get(0);
      try {
        client.tell("append " + file.path());
        client.tell("write " + file.path() + " " + start);
        client.tell("hflush " + file.path());
      } catch (IOException e) {
        String before = file.content;
        settle(file, got -> isPrefix(got, before + start, before.length()));
        client.kill();
        client = new ClientProcess(addresses);
        return;
      }
      count("client stopped");
      client.signal("STOP");
      String more = "more".repeat(1 + random.nextInt(1_000));
      appendWhenFree(file.path(), more);
      file.content += start + more;
      client.signal("CONT");
      String sleeper = file.path();
      assertThrows(
          IOException.class,
          () -> {
            client.tell("write " + sleeper + " " + "x".repeat(CHUNK_MAX));
            client.tell("hflush " + sleeper);
          });
      assertEquals(file.content, read(file.path()));
      client.kill();
      client = new ClientProcess(addresses);
    }
  }

  /** Appends once the write lease of who has stopped is over. */
  private void appendWhenFree(String path, String text) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
    while (true) {
      try (FSDataOutputStream out = fs.append(new org.apache.hadoop.fs.Path(path))) {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        return;
      } catch (IOException e) {
        assertTrue(
            String.valueOf(e.getMessage()).contains("is being written") && System.nanoTime() < end,
            "append: " + e);
      }
    }
  }

  /** Returns whether it was answered. */
  private interface Step {
    boolean run() throws Exception;
  }

  private static boolean equal(String got, String expected) {
    return got == null ? expected == null : got.equals(expected);
  }

  private static boolean isPrefix(String got, String all, int atLeast) {
    return got != null && got.length() >= atLeast && all.startsWith(got);
  }
}
