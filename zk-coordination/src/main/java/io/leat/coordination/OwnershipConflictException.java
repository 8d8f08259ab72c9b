package io.leat.coordination;

import java.util.Optional;

/** A claim came too late or with too small an epoch; nothing was changed. */
public final class OwnershipConflictException extends ConflictException {

  private static final long serialVersionUID = 1L;

  private final transient Optional<OwnerRecord> current;

  /** A refused claim of {@code epoch} by {@code owner}; {@code current} is what stands there. */
  public OwnershipConflictException(
      String virtualServer, String owner, long epoch, Optional<OwnerRecord> current) {
    super(message(virtualServer, owner, epoch, current));
    this.current = current;
  }

  /** The record that stands there; empty when there is none. */
  public Optional<OwnerRecord> current() {
    return current;
  }

  private static String message(
      String virtualServer, String owner, long epoch, Optional<OwnerRecord> current) {
    String holder =
        current
            .map(record -> "owned by " + record.owner() + " under epoch " + record.epoch())
            .orElse("without an owner");
    return "Claim of virtual server "
        + virtualServer
        + " by "
        + owner
        + " under epoch "
        + epoch
        + " refused: it is "
        + holder
        + ". Read the record and claim under a larger epoch, if still needed.";
  }
}
