package io.leat.mds.page;

/**
 * What stands in a page. Part of the page format: a number is never reused, and other records of a
 * kind need another {@link PageHeader#VERSION}.
 */
public enum PageKind {
  /** Not used. */
  FREE(0, 0),
  /** What a client session holds on a file. */
  GRANT(1, 64),
  /** Buckets of the index of grants. */
  GRANT_INDEX(2, LinearIndex.BUCKET_BYTES),
  /** A client session that holds something. */
  SESSION(3, 32),
  /** Buckets of the index of sessions. */
  SESSION_INDEX(4, LinearIndex.BUCKET_BYTES),
  /** How many sessions hold each token of a file that several have open. */
  HOLDER_COUNTS(5, 144);

  private final int number;
  private final int recordBytes;

  PageKind(int number, int recordBytes) {
    this.number = number;
    this.recordBytes = recordBytes;
  }

  /** The number in a page's header. */
  int number() {
    return number;
  }

  /** Bytes of one record, or of one bucket. */
  int recordBytes() {
    return recordBytes;
  }

  /** The first record that does not overlap the header; those below are never used. */
  int firstIndex() {
    return (PageHeader.BYTES + recordBytes - 1) / recordBytes;
  }
}
