package io.leat.mds.config;

/** How the value of a key is written. */
public enum ValueType {
  TEXT("text"),
  /** Comma-separated. */
  NAMES("names, separated by commas"),
  PATH("path"),
  COUNT("number"),
  /** With Hadoop's suffixes k, m, g, t, p. */
  BYTES("bytes, as 64m or 32g"),
  /** With Hadoop's suffixes ms, s, m, h, d; a bare number means milliseconds. */
  DURATION("time, as 500ms or 20s"),
  FLAG("true or false");

  private final String form;

  ValueType(String form) {
    this.form = form;
  }

  /** How to write one, for people. */
  public String form() {
    return form;
  }
}
