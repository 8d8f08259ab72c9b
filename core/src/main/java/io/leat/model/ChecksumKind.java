package io.leat.model;

/** How an extent's checksum was made; the number stands on the wire and in the image. */
public enum ChecksumKind {
  NONE(0),
  CRC32C(1);

  private final int number;

  ChecksumKind(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The kind with this number, or an error that names it. */
  public static ChecksumKind of(int number) {
    for (ChecksumKind kind : values()) {
      if (kind.number == number) {
        return kind;
      }
    }
    throw new IllegalArgumentException("unknown checksum kind " + number);
  }
}
