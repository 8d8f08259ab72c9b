package io.leat.client.engine;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Objects;

/**
 * What an engine is told.
 *
 * @param virtualServer the namespace it serves
 * @param addresses metadata servers as {@code host:port}, at least one
 * @param clientId 16 random bytes that name the engine for its life
 * @param host and {@code process}: what people see in {@code leat client list}
 * @param connectTimeoutMillis bound on the first contact
 * @param callTimeoutMillis bound on one call with all its repetitions
 * @param rememberedPathsMax paths that are looked at, listed and opened again without asking, each
 *     entry of a listing counted; 0 for none
 * @param claimsPageMax of what it holds, so much is said in one message; at least 1
 */
public record EngineConfig(
    String virtualServer,
    List<String> addresses,
    ByteString clientId,
    String host,
    String process,
    int connectTimeoutMillis,
    int callTimeoutMillis,
    int rememberedPathsMax,
    int claimsPageMax) {

  /** So that a message stays far below what a connection takes. */
  public static final int CLAIMS_PAGE_DEFAULT = 1 << 14;

  private static final int CLIENT_ID_BYTES = 16;

  public EngineConfig {
    Objects.requireNonNull(virtualServer);
    Objects.requireNonNull(host);
    Objects.requireNonNull(process);
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty() || clientId.size() != CLIENT_ID_BYTES) {
      throw new IllegalArgumentException(
          "an engine needs an address and a client id of " + CLIENT_ID_BYTES + " bytes");
    }
  }
}
