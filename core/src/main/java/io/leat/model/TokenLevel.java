package io.leat.model;

/** Each level conflicts with the other two; WRITE also with itself. */
public enum TokenLevel {
  READ,
  SHARED_WRITE,
  WRITE
}
