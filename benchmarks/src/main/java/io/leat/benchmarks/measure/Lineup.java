package io.leat.benchmarks.measure;

/** With which servers a system is measured. */
public enum Lineup {
  /** One that answers for names. */
  SINGLE,
  /** Two that can, of which one takes over from the other. */
  PAIR
}
