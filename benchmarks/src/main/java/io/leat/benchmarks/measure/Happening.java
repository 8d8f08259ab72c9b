package io.leat.benchmarks.measure;

import java.util.Locale;

/** What happens to the server that answers for names. */
public enum Happening {
  /** Its process is killed. */
  CRASH,
  /** The other one is made to answer in its place, by command. */
  PLANNED;

  /** The metric that tells what a client waits for then. */
  public String metric() {
    return "failover." + name().toLowerCase(Locale.ROOT);
  }
}
