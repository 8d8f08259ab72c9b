package io.leat.mds.sim;

import io.leat.client.engine.OpenFile;
import io.leat.client.engine.StreamReader;
import io.leat.mds.sim.Actor.Answers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A few reads of one file, from open to close. */
final class Reading {

  /** One reader in so many takes up to a lease between two reads. */
  private static final int SLOW_ONE_IN = 6;

  private static final int READS_MAX = 4;
  private static final int BYTES_MAX = 30_000;

  /** Times a read begins again because the session was lost. */
  private static final int ATTEMPTS_MAX = 20;

  private final Actor actor;
  private final String path;
  private final StreamReader reader;
  private final long since;
  private final boolean whole;
  private final Shadow shadow;
  private final Runnable then;
  private int readsLeft;

  /** Where a whole read goes on. */
  private long wholeFrom;

  /** When the read under way began. */
  private long asked;

  /** What the file holds as far as is known. */
  interface Shadow {

    /** A reader was given bytes, or none at the end. */
    void read(long since, long asked, long position, int wanted, byte[] got);

    /** A reader was refused what a death of the host may have taken. */
    void lost(long since, long position, LostBytes lost);
  }

  /** Keeps the file open, so that its blocks have to stay while others delete it. */
  private final boolean slow;

  private int attemptsLeft = ATTEMPTS_MAX;

  /**
   * @param since when the open was asked for
   * @param whole read all of it, and nothing else
   */
  Reading(
      Actor actor,
      String path,
      OpenFile file,
      long since,
      boolean whole,
      Shadow shadow,
      Runnable then) {
    this.shadow = shadow;
    this.actor = actor;
    this.path = path;
    this.reader = new StreamReader(path, file, actor.process());
    this.since = since;
    this.whole = whole;
    this.then = then;
    this.slow = !whole && actor.random.nextInt(SLOW_ONE_IN) == 0;
    this.readsLeft = whole ? 1 : 1 + actor.random.nextInt(READS_MAX);
  }

  void next() {
    if (readsLeft == 0) {
      close();
      return;
    }
    readsLeft--;
    long size = reader.attributes().size();
    long position = whole ? wholeFrom : actor.random.nextLong(size + 1);
    long left = Math.max(1, size + 1 - wholeFrom); // it may have been cut since
    int bytes = whole ? (int) left : 1 + actor.random.nextInt(BYTES_MAX);
    asked = actor.world.time.now();
    prepare(position, ByteBuffer.allocate(bytes));
  }

  private void prepare(long position, ByteBuffer dst) {
    CompletableFuture<?> wait = reader.prepare(position);
    if (wait == null) {
      read(position, dst);
    } else {
      awaitThen(wait, position, dst);
    }
  }

  private <T> void awaitThen(CompletableFuture<T> wait, long position, ByteBuffer dst) {
    actor.await(
        wait, new Answers<T>(ready -> read(position, dst), refused -> close(), this::close));
  }

  private void read(long position, ByteBuffer dst) {
    actor.world.countOperation();
    int count;
    try {
      count = reader.read(position, dst);
    } catch (IOException e) {
      actor.note("read failed", e.getMessage());
      failed(position, e);
      return;
    }
    if (count == StreamReader.AGAIN) {
      again(position, dst);
      return;
    }
    byte[] got = new byte[Math.max(0, count)];
    dst.get(0, got);
    shadow.read(since, asked, position, dst.capacity(), got);
    wholeFrom += got.length;
    if (whole && got.length > 0 && wholeFrom < reader.attributes().size()) {
      readsLeft = 1; // what is left of it is lost, or begins or ends a hole
    }
    int pause = slow ? actor.world.profile.leaseMillis() : actor.world.profile.thinkMillis() + 1;
    actor.later(actor.random.nextInt(pause), this::next);
  }

  private void again(long position, ByteBuffer dst) {
    if (attemptsLeft-- > 0) {
      actor.later(0, () -> prepare(position, dst));
    } else {
      close();
    }
  }

  private void failed(long position, IOException failure) {
    Optional<LostBytes> lost = LostBytes.of(failure);
    if (lost.isEmpty()) {
      requireInjected(failure);
      close();
      return;
    }
    lost.get().requireOf(actor, path);
    shadow.lost(since, position, lost.get());
    actor.later(0, this::next);
  }

  private void requireInjected(IOException failure) {
    if (!String.valueOf(failure.getMessage()).contains("injected failure")) {
      actor.world.judge.violated("D1-D3", actor + " cannot read: " + failure);
    }
  }

  private void close() {
    reader.close();
    then.run();
  }
}
