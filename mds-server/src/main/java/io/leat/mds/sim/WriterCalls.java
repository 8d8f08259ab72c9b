package io.leat.mds.sim;

import io.leat.client.engine.StreamWriter;
import io.leat.mds.sim.Actor.Answers;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A user's calls of a stream's writer, each made until it has nothing to wait for. */
final class WriterCalls {

  private final Actor actor;
  private final Consumer<IOException> failed;

  /** A call of the writer. */
  @FunctionalInterface
  interface Step {
    CompletableFuture<?> advance() throws IOException;
  }

  /**
   * @param failed is told of the writer's failure, after which it takes no further call
   */
  WriterCalls(Actor actor, Consumer<IOException> failed) {
    this.actor = actor;
    this.failed = failed;
  }

  /** Makes the call until it has nothing to wait for. */
  void make(Step step, Runnable then) {
    CompletableFuture<?> wait;
    try {
      wait = step.advance();
    } catch (IOException e) {
      if (actor.world.plant.filter(plant -> plant.swallows(Actor.cause(e))).isPresent()) {
        then.run();
      } else {
        failed.accept(e);
      }
      return;
    }
    if (wait == null) {
      then.run();
    } else {
      awaitAny(wait, () -> make(step, then));
    }
  }

  /** Failures too: the writer finds them out itself. */
  private <T> void awaitAny(CompletableFuture<T> wait, Runnable then) {
    actor.await(
        wait.handle((value, failure) -> Boolean.TRUE),
        new Answers<>(done -> then.run(), refused -> then.run(), then));
  }

  /**
   * Ends the stream after a failure, and the user's work with it.
   *
   * @param writer null when there is none yet
   * @param of what it writes, for the trace
   */
  void giveUp(StreamWriter writer, Object of) {
    try {
      if (writer != null && !writer.isClosed()) {
        var unused = writer.close();
      }
    } catch (IOException e) {
      actor.note("given up", of);
    }
    actor.think();
  }

  /** What a stream has written once {@code added} follows {@code content}. */
  static byte[] grown(byte[] content, byte[] added) {
    byte[] grown = Arrays.copyOf(content, content.length + added.length);
    System.arraycopy(added, 0, grown, content.length, added.length);
    return grown;
  }
}
