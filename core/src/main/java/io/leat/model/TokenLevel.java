package io.leat.model;

/** Each level conflicts with the other two; WRITE also with itself. */
public enum TokenLevel {
  READ(0),
  SHARED_WRITE(1),
  WRITE(2);

  private final int number;

  TokenLevel(int number) {
    this.number = number;
  }

  /** Its bit among a kind's three in {@link TokenSet#bits}. */
  int number() {
    return number;
  }
}
