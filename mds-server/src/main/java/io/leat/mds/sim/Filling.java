package io.leat.mds.sim;

import io.leat.client.engine.StreamWriter;
import io.leat.client.engine.WriteGrant;
import io.leat.mds.sim.Actor.Answers;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.wire.proto.Create;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One stream that fills a range of the file that all users fill, from open to close. */
final class Filling {

  private static final int WRITES_MAX = 6;
  private static final int BYTES_MAX = 15_000;
  private static final int SMALL_BYTES_MAX = 300;

  private final Actor actor;
  private final SharedRanges.Stream stream;
  private final long tag;
  private final WriterCalls calls;
  private StreamWriter writer;
  private byte[] content = new byte[0];
  private boolean asking;
  private int writesLeft;

  Filling(Actor actor, SharedRanges shared) {
    this.actor = actor;
    this.calls = new WriterCalls(actor, this::failed);
    this.stream = shared.opening(actor.random);
    this.tag = shared.tag();
    this.writesLeft = actor.random.nextInt(WRITES_MAX + 1);
  }

  void start() {
    Create.Builder create =
        Create.newBuilder()
            .setPath(SharedRanges.PATH)
            .setMode(0644)
            .setBlockSize(tag)
            .setReplication(1)
            .setOverwrite(true)
            .setStream(actor.process().engine().newStream());
    actor.note("fill", stream.bytes());
    actor.call(
        engine -> engine.create(SimServer.SUPERUSER, create, stream.bytes()),
        new Answers<WriteGrant>(
            this::opened,
            refused -> {
              stream.refused();
              actor.requireExplained("opening " + stream.bytes(), refused);
              actor.think();
            },
            actor::think));
  }

  private void opened(WriteGrant granted) {
    stream.opened();
    try {
      writer =
          new StreamWriter(
              SharedRanges.PATH, granted, actor.process(), actor.process().writeBuffers());
      next();
    } catch (IOException e) {
      failed(e);
    }
  }

  private void next() {
    int room = (int) Math.min(BYTES_MAX, stream.bytes().length() - content.length);
    if (writesLeft == 0 || room == 0) {
      publish(writer::close, actor::think);
      return;
    }
    writesLeft--;
    byte[] added = randomBytes(room);
    ByteBuffer bytes = ByteBuffer.wrap(added);
    content = WriterCalls.grown(content, added);
    calls.make(() -> writer.write(bytes), this::written);
  }

  /** None of them is zero, which is what is not written. */
  private byte[] randomBytes(int room) {
    int most = Math.min(room, actor.random.nextBoolean() ? SMALL_BYTES_MAX : BYTES_MAX);
    byte[] bytes = new byte[1 + actor.random.nextInt(most)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (1 + actor.random.nextInt(255));
    }
    return bytes;
  }

  private void written() {
    switch (actor.random.nextInt(4)) {
      case 0 -> publish(writer::hflush, this::pause);
      case 1 -> publish(writer::hsync, this::pause);
      default -> next();
    }
  }

  private void pause() {
    actor.later(actor.random.nextInt(actor.world.profile.thinkMillis() + 1), this::next);
  }

  private void publish(WriterCalls.Step step, Runnable then) {
    var unused = stream.attempt(content);
    asking = true;
    actor.world.countOperation();
    calls.make(
        step,
        () -> {
          asking = false;
          stream.published();
          then.run();
        });
  }

  private void failed(IOException failure) {
    actor.note("filling failed", failure.getMessage());
    if (Actor.cause(failure) instanceof LeatException refused && Actor.isRefusal(refused)) {
      if (asking) {
        stream.refused();
      }
      if (refused.code() != ErrorCode.NOT_FOUND) {
        actor.requireExplained("filling " + stream.bytes(), refused);
      }
    }
    calls.giveUp(writer, stream.bytes());
  }
}
