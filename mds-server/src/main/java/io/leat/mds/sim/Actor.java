package io.leat.mds.sim;

import io.leat.client.engine.ClientEngine;
import io.leat.model.Disposition;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A user: does one thing at a time, thinks, and goes on, in the next process when one dies. What an
 * operation that was never answered has done, it finds out before it does anything else.
 */
final class Actor {

  private static final Set<ErrorCode> REFUSALS =
      Set.of(ErrorCode.LEASE_HELD, ErrorCode.LEASE_LOST, ErrorCode.NO_SPACE);

  final World world;
  final Contents contents;
  final RandomGenerator random;
  final OwnDirectory own;
  private final String name;
  private final Workload workload;
  private SimProcess process;
  private long turn;
  private boolean finished;

  Actor(
      World world,
      String name,
      Contents contents,
      SharedNames shared,
      SharedRanges filled,
      List<Actor> others) {
    this.world = world;
    this.name = name;
    this.contents = contents;
    this.random = world.newRandom();
    this.own = new OwnDirectory(this, "/" + name);
    this.workload = new Workload(this, shared, filled, others);
  }

  /** A process is there to work in. */
  void begin(SimProcess in) {
    process = in;
    finished = false;
    own.forgetNothing();
    think();
  }

  /** The process has died. */
  void interrupted() {
    turn++;
    workload.interrupted();
    own.unanswered();
  }

  SimProcess process() {
    return process;
  }

  /** Everything was looked at once more, in the end. */
  boolean finished() {
    return finished;
  }

  void finish() {
    finished = true;
  }

  /** The operation is over; the next one follows after a while. */
  void think() {
    later(random.nextInt(world.profile.thinkMillis() + 1), workload::next);
  }

  /** Goes on later, in the same operation. */
  void later(long millis, Runnable task) {
    long now = turn;
    process.schedule(
        millis,
        () -> {
          if (now == turn) {
            task.run();
          }
        });
  }

  void note(String what, Object detail) {
    world.note(name, what, detail);
  }

  // ---- calls ----------------------------------------------------------------------------------

  /** What comes of a call. */
  record Answers<T>(Consumer<T> ok, Consumer<LeatException> refused, Runnable unknown) {}

  /** Makes a call to the engine; exactly one of the answers comes, unless the process dies. */
  <T> void call(Function<ClientEngine, CompletableFuture<T>> call, Answers<T> answers) {
    call(call, Met.STATUS_REMEMBERED, answers);
  }

  /** As {@link #call}; {@code met} when no message was needed. */
  <T> void call(Function<ClientEngine, CompletableFuture<T>> call, Met met, Answers<T> answers) {
    long asked = world.time.now();
    world.countOperation();
    CompletableFuture<T> future = call.apply(process.engine());
    boolean remembered = future.isDone();
    if (remembered) {
      world.met(met);
    }
    await(
        future,
        new Answers<>(
            value -> {
              if (!remembered) {
                world.settled(asked);
              }
              answers.ok().accept(value);
            },
            answers.refused(),
            answers.unknown()));
  }

  /** As {@link #call}, where the answer may come before it is durable. */
  <T> void callEarly(Function<ClientEngine, CompletableFuture<T>> call, Answers<T> answers) {
    world.countOperation();
    await(call.apply(process.engine()), answers);
  }

  <T> void await(CompletableFuture<T> future, Answers<T> answers) {
    long now = turn;
    SimProcess in = process;
    var unused =
        future.whenComplete(
            (value, failure) ->
                in.schedule(
                    0,
                    () -> {
                      if (now == turn) {
                        answer(value, failure, answers);
                      }
                    }));
  }

  private <T> void answer(T value, Throwable failure, Answers<T> answers) {
    if (failure == null) {
      answers.ok().accept(value);
      return;
    }
    Throwable cause = cause(failure);
    note("failed", cause.getMessage());
    if (cause instanceof LeatException refused && isRefusal(refused)) {
      answers.refused().accept(refused);
    } else if (cause instanceof IOException) {
      answers.unknown().run();
    } else {
      world.judge.violated("client", "the engine failed: " + cause);
    }
  }

  /** Certainly not applied. */
  static boolean isRefusal(LeatException failure) {
    return failure.code().disposition() == Disposition.USER;
  }

  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? cause(failure.getCause())
        : failure;
  }

  /** A refusal that nothing of what the user knows explains. */
  void requireExplained(String what, LeatException refused) {
    if (!REFUSALS.contains(refused.code())) {
      world.judge.violated(
          "exactly-once or S1",
          "%s: %s was refused: %s".formatted(name, what, refused.getMessage()));
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
