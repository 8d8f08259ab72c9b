package io.leat.mds.journal;

/**
 * How one of the devices of a metadata area is.
 *
 * @param name where it is
 * @param inSync whether it holds everything that was answered
 * @param problem what is wrong with it; empty for nothing
 */
public record DeviceState(String name, boolean inSync, String problem) {

  /** Whether it holds everything, and nothing is wrong with it. */
  public boolean isSound() {
    return inSync && problem.isEmpty();
  }
}
