package io.leat.mds.core;

import io.leat.wire.proto.Envelope;

/** A message that may leave once the batch that made it is durable and the epoch checked (J1). */
public record Outgoing(Peer peer, Envelope message) {}
