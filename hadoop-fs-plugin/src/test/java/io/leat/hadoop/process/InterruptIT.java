package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Threads of one process share a client; an interrupt of one is nobody else's affair. */
@Timeout(120)
class InterruptIT {
  private static final int DIRECTORIES = 300;
  private static final long INTERRUPT_EVERY_MICROS = 50;
  private static final Path BASE = new Path("/tmp/interrupt");

  @TempDir java.nio.file.Path directory;

  @Test
  void shouldFailNobodyElsesCallsWhenOneThreadIsInterruptedAllTheTime() throws Exception {
    Configuration conf = new Configuration();
    try (EmbeddedCell cell = EmbeddedCell.start(CellOptions.at(directory))) {
      conf.set("fs.leat.mds.addresses", cell.addresses().get(0));
      try (FileSystem fs = FileSystem.newInstance(URI.create("leat://demo/"), conf)) {
        fs.mkdirs(BASE);
        AtomicBoolean enough = new AtomicBoolean();
        FutureTask<Integer> hit = new FutureTask<>(() -> callsUntil(fs, enough));
        Thread victim = start(hit);
        FutureTask<Boolean> hitting = new FutureTask<>(() -> interruptUntil(victim, enough));
        start(hitting);
        callsThatSucceed(fs);
        enough.set(true);
        assertTrue(hitting.get(1, TimeUnit.MINUTES));
        assertTrue(hit.get(1, TimeUnit.MINUTES) > 0, "interrupted calls");
        assertTrue(fs.exists(BASE));
      }
    }
  }

  private static void callsThatSucceed(FileSystem fs) throws IOException {
    for (int i = 0; i < DIRECTORIES; i++) {
      Path made = new Path(BASE, "d" + i);
      assertTrue(fs.mkdirs(made));
      assertTrue(fs.getFileStatus(made).isDirectory());
    }
  }

  /** How many calls failed; by the interrupt alone. */
  private static int callsUntil(FileSystem fs, AtomicBoolean enough) throws IOException {
    int interrupted = 0;
    while (!enough.get()) {
      try {
        assertTrue(fs.getFileStatus(BASE).isDirectory());
      } catch (InterruptedIOException e) {
        interrupted++;
      }
      Thread.interrupted();
    }
    return interrupted;
  }

  private static boolean interruptUntil(Thread victim, AtomicBoolean enough) {
    while (!enough.get()) {
      victim.interrupt();
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(INTERRUPT_EVERY_MICROS));
    }
    return true;
  }

  private static Thread start(Runnable work) {
    Thread thread = new Thread(work, "interrupt-test");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
