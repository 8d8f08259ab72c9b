package io.leat.benchmarks.measure;

/** What a metric is counted in. */
public enum Unit {
  /** 1,048,576 bytes a second, as TestDFSIO counts. */
  MB_PER_SECOND("MB/s", true),
  OPERATIONS_PER_SECOND("ops/s", true),
  FILES_PER_SECOND("files/s", true),
  /** A time, so less is better. */
  MICROSECONDS("us", false),
  /** A time, so less is better. */
  SECONDS("s", false);

  private final String text;
  private final boolean moreIsBetter;

  Unit(String text, boolean moreIsBetter) {
    this.text = text;
    this.moreIsBetter = moreIsBetter;
  }

  /** As it stands in tables and in JSON. */
  public String text() {
    return text;
  }

  /** How much better {@code mine} is than {@code other}: above 1 where it is better. */
  public double ratio(double mine, double other) {
    return moreIsBetter ? mine / other : other / mine;
  }
}
