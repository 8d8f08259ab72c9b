package io.leat.mds.operation;

import io.leat.model.LeatException;
import io.leat.wire.proto.Reply;

/**
 * One request that changes state, or takes tokens. It validates everything before it writes
 * anything: when it throws, nothing has changed.
 */
@FunctionalInterface
public interface Operation {

  /**
   * Carries the request out.
   *
   * @throws LeatException with the answer the client gets
   * @throws TokenConflict when other clients must give tokens back first; it is carried out again
   *     from the start when they have
   */
  Reply execute(OperationContext context) throws LeatException, TokenConflict;
}
