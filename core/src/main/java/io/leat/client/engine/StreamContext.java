package io.leat.client.engine;

import io.leat.volume.Volume;
import java.io.IOException;
import java.util.function.Function;

/**
 * What a stream needs around it: its engine and the volumes. A process gives it an engine under a
 * lock and opened devices, a simulator its own.
 */
public interface StreamContext {

  /** True while device I/O may be started, and bytes that were read may be handed over (D4). */
  boolean leaseValid();

  /** What was last seen of that, without a look at a clock: enough to start a read. */
  boolean leaseSeen();

  /** Makes a call to the engine, confined as every call to it; never waits. */
  <T> T confined(Function<ClientEngine, T> call);

  /**
   * Lets messages of calls so far leave at once: the caller does something slow before it waits for
   * their answers. Not to be called confined.
   */
  void push();

  /**
   * Makes sure that this process holds the session's lock file, if there can be one; may do I/O,
   * not to be called confined.
   *
   * @return whether it does
   */
  boolean fence(long session);

  /** The volume with this id; opened at its first use. */
  Volume volume(int id) throws IOException;
}
