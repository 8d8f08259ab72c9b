package io.leat.mds.sim;

import io.leat.client.engine.OpenFile;
import io.leat.client.engine.StreamWriter;
import io.leat.client.engine.WriteGrant;
import io.leat.model.Extent;
import io.leat.model.LeatException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;

/** One stream of a user, from open to close. */
final class Writing {

  private static final int WRITES_MAX = 6;
  private static final int BYTES_MAX = 20_000;
  private static final int SMALL_BYTES_MAX = 300;

  /** Of a stream that is closed without a flush: some files of such streams end inline. */
  private static final int UNFLUSHED_BYTES_MAX = 2_500;

  /** One stream in so many is not flushed before its close. */
  private static final int UNFLUSHED_ONE_IN = 3;

  /** Files do not grow above this. */
  private static final int FILE_BYTES_MAX = 80_000;

  private final Actor actor;
  private final WriteGrant granted;
  private final OpenFile file;
  private final long tag;

  /** Published last. */
  private Version published;

  /** The file may end inline: nothing of it stands on the volume. */
  private boolean offVolume;

  private final WriterCalls calls;
  private StreamWriter writer;
  private byte[] content;
  private Version asked;

  /** A commit may be on its way while the volume is flushed: it may be there if the flush fails. */
  private boolean overlaps;

  private int writesLeft;
  private final boolean flushed;

  /**
   * @param holds what the file holds
   */
  Writing(Actor actor, WriteGrant granted, Version holds) {
    this.actor = actor;
    this.calls = new WriterCalls(actor, this::failed);
    this.granted = granted;
    this.file = granted.file();
    this.tag = granted.state().attributes().blockSize();
    this.published = holds;
    this.content = holds.bytes();
    this.offVolume = granted.state().extents().stream().allMatch(Extent::isInline);
    this.writesLeft = actor.random.nextInt(WRITES_MAX + 1);
    this.flushed = actor.random.nextInt(UNFLUSHED_ONE_IN) > 0;
  }

  void start(String path) {
    try {
      writer = new StreamWriter(path, granted, actor.process(), actor.process().writeBuffers());
      next();
    } catch (IOException e) {
      failed(e);
    }
  }

  private void next() {
    if (writesLeft == 0 || content.length > FILE_BYTES_MAX) {
      close();
      return;
    }
    writesLeft--;
    byte[] added = randomBytes();
    ByteBuffer bytes = ByteBuffer.wrap(added);
    content = WriterCalls.grown(content, added);
    calls.make(() -> writer.write(bytes), this::written);
  }

  private byte[] randomBytes() {
    boolean small = actor.random.nextBoolean();
    int large = flushed ? BYTES_MAX : UNFLUSHED_BYTES_MAX;
    byte[] bytes = new byte[1 + actor.random.nextInt(small ? SMALL_BYTES_MAX : large)];
    actor.random.nextBytes(bytes);
    return bytes;
  }

  private void written() {
    if (!flushed) {
      next();
      return;
    }
    switch (actor.random.nextInt(4)) {
      case 0 -> publish(writer::hflush, this::flushed);
      case 1 -> sync();
      default -> next();
    }
  }

  private void sync() {
    overlaps = !actor.world.profile.direct();
    publish(
        writer::hsync,
        () -> {
          overlaps = false;
          synced();
        });
  }

  private void pause() {
    actor.later(actor.random.nextInt(actor.world.profile.thinkMillis() + 1), this::next);
  }

  private void publish(WriterCalls.Step step, Runnable then) {
    asked = actor.contents.attempt(tag, published.grown(content));
    actor.world.countOperation();
    calls.make(
        step,
        () -> {
          published = asked;
          asked = null;
          then.run();
        });
  }

  private void flushed() {
    actor.contents.acknowledgedEarly(tag, published);
    offVolume = false;
    pause();
  }

  /** What an hsync or a close leaves is durable, and so is what was answered before it. */
  private void synced() {
    published.durable();
    actor.contents.acknowledged(tag, published);
    offVolume = false;
    pause();
  }

  private void close() {
    int before = published.size();
    long began = actor.world.time.now();
    publish(
        writer::close,
        () -> {
          actor.world.settled(began);
          if (offVolume && content.length > before && content.length <= granted.inlineBytesMax()) {
            published.durable();
          }
          actor.contents.acknowledged(tag, published);
          actor.note("closed", file.id());
          actor.think();
        });
  }

  private void failed(IOException failure) {
    actor.note("stream failed", failure.getMessage());
    Throwable cause = Actor.cause(failure);
    boolean unknown = cause instanceof LeatException leat && !Actor.isRefusal(leat);
    boolean interrupted = cause instanceof InterruptedIOException;
    if (asked != null && !unknown && !interrupted && !overlaps) {
      actor.contents.refused(tag, asked);
    }
    if (cause instanceof LeatException refused && Actor.isRefusal(refused)) {
      actor.requireExplained("writing file " + file.id(), refused);
    }
    actor.own.unanswered();
    calls.giveUp(writer, file.id());
  }
}
