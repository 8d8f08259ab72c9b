package io.leat.mds.operation;

import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.model.TokenSet;
import io.leat.wire.proto.LeaseRecovered;
import io.leat.wire.proto.RecoverLease;
import io.leat.wire.proto.Reply;

/** Ends the write leases of others' streams; the file keeps what was committed. */
record RecoverLeaseOperation(RecoverLease request) implements Operation {

  @Override
  public Reply execute(OperationContext context) throws LeatException {
    Node file = context.resolve(request.getPath()).requireFile();
    Access.require(context.caller(), file, Access.WRITE, request.getPath());
    Node ended = file;
    for (LeaseRecord lease : context.namespace().leases(file.id(), OpenRange.WRITERS_MAX)) {
      ended = expel(context, ended, lease);
    }
    return Reply.newBuilder()
        .setLeaseRecovered(LeaseRecovered.newBuilder().setClosed(true))
        .build();
  }

  /**
   * Ends a write lease whose holder may still be writing. The holder is told on its connection, so
   * that no later renewal reaches it before it has stopped.
   */
  static Node expel(OperationContext context, Node file, LeaseRecord lease) {
    Node held = context.namespace().hold(file, lease);
    context.state().revoke(file.id(), lease.getSession(), TokenSet.WRITING);
    context.tokens().restrict(file.id(), lease.getSession(), FileAccess.READ_SNAPSHOT.tokens());
    return held;
  }
}
