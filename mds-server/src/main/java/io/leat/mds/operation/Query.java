package io.leat.mds.operation;

import io.leat.mds.namespace.Caller;
import io.leat.mds.namespace.Namespace;
import io.leat.model.LeatException;
import io.leat.wire.proto.Reply;

/** One request that only reads durable state; it runs off the loop, on a snapshot. */
@FunctionalInterface
public interface Query {

  Reply execute(Namespace namespace, Caller caller) throws LeatException;
}
