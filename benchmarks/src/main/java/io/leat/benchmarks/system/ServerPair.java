package io.leat.benchmarks.system;

import io.leat.benchmarks.measure.Happening;
import java.io.IOException;

/** A system with two servers for names, of which one takes over from the other. */
public interface ServerPair extends SystemUnderTest {

  /** Lets something happen to the server that answers; returns when it has. */
  void let(Happening happening) throws IOException, InterruptedException;

  /** Starts again what has been killed; returns when the other server could take over at once. */
  void restore() throws IOException, InterruptedException;
}
