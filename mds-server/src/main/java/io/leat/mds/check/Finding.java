package io.leat.mds.check;

import java.util.Objects;

/**
 * One piece of damage.
 *
 * @param kind which damage
 * @param severity what it means
 * @param where the object: file, session, blocks
 * @param message what is wrong with it
 * @param repair what a repair does, or what to do where there is none
 */
public record Finding(
    FindingKind kind, Severity severity, String where, String message, String repair) {

  public Finding {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(severity);
    Objects.requireNonNull(where);
    Objects.requireNonNull(message);
    Objects.requireNonNull(repair);
  }

  /** With what its kind says. */
  public static Finding of(FindingKind kind, String where, String message) {
    return new Finding(kind, kind.severity(), where, message, kind.repair());
  }
}
