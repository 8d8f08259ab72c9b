package io.leat.mds.core;

import com.google.protobuf.ByteString;

/**
 * Names the lock file of a client session: as long as a process holds its lock, it may write what
 * the session was given.
 *
 * @param session the session's id, never given twice by a virtual server
 * @param clientId 16 bytes that name the client
 */
public record Fence(long session, ByteString clientId) {}
