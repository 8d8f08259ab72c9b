package io.leat.mds.check;

/** What a finding means for the virtual server. */
public enum Severity {
  /** Nothing is at risk now, but something is not as it should be. */
  WARNING,
  /** Files, space or the service itself are damaged. */
  ERROR
}
