package io.leat.volume;

/**
 * What goes wrong on a {@link FaultyDevice}, for tests and simulations. Probabilities are 0 to 1
 * and count per call.
 *
 * @param readFailure a read fails
 * @param writeFailure a write fails and nothing of it lands
 * @param tornWrite a write fails after some of its first sectors have landed, all but the last at
 *     most
 * @param lateWrite a write fails, but is held back and lands with {@link
 *     FaultyDevice#releaseLateWrites()}; the three of writes together are at most 1
 * @param flushFailure a flush fails and what was to be flushed stays unflushed
 * @param tornWriteCrashes a torn write is a {@link FaultyDevice#crash()} too
 * @param volatileCache writes are lost in a crash until they are flushed; else they are durable
 *     when they return
 * @param failAfterOperations operations (reads, writes, flushes) that may succeed from when the
 *     policy was set; all further ones fail
 */
public record FaultPolicy(
    double readFailure,
    double writeFailure,
    double tornWrite,
    double lateWrite,
    double flushFailure,
    boolean tornWriteCrashes,
    boolean volatileCache,
    long failAfterOperations) {

  /** Nothing goes wrong, and writes are durable when they return. */
  public static final FaultPolicy NONE =
      new FaultPolicy(0, 0, 0, 0, 0, false, false, Long.MAX_VALUE);

  enum WriteFate {
    LANDS,
    FAILS,
    TORN,
    LATE
  }

  public FaultPolicy {
    requireProbability("readFailure", readFailure);
    requireProbability("writeFailure", writeFailure);
    requireProbability("tornWrite", tornWrite);
    requireProbability("lateWrite", lateWrite);
    requireProbability("flushFailure", flushFailure);
    requireProbability("the sum of a write's", writeFailure + tornWrite + lateWrite);
    if (failAfterOperations < 0) {
      throw new IllegalArgumentException("failAfterOperations " + failAfterOperations);
    }
  }

  private static void requireProbability(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " probability " + value + " is not in 0 to 1");
    }
  }

  /** The same with another probability that a read fails. */
  public FaultPolicy withReadFailure(double probability) {
    return new FaultPolicy(
        probability,
        writeFailure,
        tornWrite,
        lateWrite,
        flushFailure,
        tornWriteCrashes,
        volatileCache,
        failAfterOperations);
  }

  /** The same with other probabilities that a write fails, is torn, or is late. */
  public FaultPolicy withWriteFailures(double failure, double torn, double late) {
    return new FaultPolicy(
        readFailure,
        failure,
        torn,
        late,
        flushFailure,
        tornWriteCrashes,
        volatileCache,
        failAfterOperations);
  }

  /** The same with another probability that a flush fails. */
  public FaultPolicy withFlushFailure(double probability) {
    return new FaultPolicy(
        readFailure,
        writeFailure,
        tornWrite,
        lateWrite,
        probability,
        tornWriteCrashes,
        volatileCache,
        failAfterOperations);
  }

  /** The same, but a torn write is a crash. */
  public FaultPolicy withCrashOnTornWrite() {
    return new FaultPolicy(
        readFailure,
        writeFailure,
        tornWrite,
        lateWrite,
        flushFailure,
        true,
        volatileCache,
        failAfterOperations);
  }

  /** The same, but a crash loses what was not flushed. */
  public FaultPolicy withVolatileCache() {
    return new FaultPolicy(
        readFailure,
        writeFailure,
        tornWrite,
        lateWrite,
        flushFailure,
        tornWriteCrashes,
        true,
        failAfterOperations);
  }

  /** The same, but everything fails after so many operations. */
  public FaultPolicy withFailureAfter(long operations) {
    return new FaultPolicy(
        readFailure,
        writeFailure,
        tornWrite,
        lateWrite,
        flushFailure,
        tornWriteCrashes,
        volatileCache,
        operations);
  }

  /** What becomes of a write for a random number of 0 (inclusive) to 1 (exclusive). */
  WriteFate fateOfWrite(double roll) {
    if (roll < writeFailure) {
      return WriteFate.FAILS;
    }
    if (roll < writeFailure + tornWrite) {
      return WriteFate.TORN;
    }
    return roll < writeFailure + tornWrite + lateWrite ? WriteFate.LATE : WriteFate.LANDS;
  }
}
