package io.leat.coordination;

import java.util.Optional;

/**
 * The owner records: who is meant to serve a virtual server, and under which epoch. The change of a
 * record is the decision of an election and the commit of a move; whether the winner may answer
 * clients is decided on the metadata devices.
 */
public interface Ownership {

  /**
   * The owner record of a virtual server; empty when it has never had an owner or does not exist.
   *
   * @throws CoordinationException also when the record cannot be read; names its path
   */
  Optional<OwnerRecord> read(String virtualServer) throws CoordinationException;

  /**
   * Makes {@code owner} the owner, if nobody has changed the record since {@code expected} was
   * read. Of any number of claims that expect the same record exactly one succeeds.
   *
   * <p>A lost connection leaves open whether a claim has taken effect; this is found out by reading
   * back, a bounded number of times.
   *
   * @param owner name of a member
   * @param address where the owner serves, {@code host:port}
   * @param epoch at least 1 and larger than the expected record's
   * @param expected the record as it was read; empty where none was found
   * @return the new record
   * @throws OwnershipConflictException when the record is not {@code expected} any longer, or
   *     {@code epoch} is not larger than the record's; holds the present record
   * @throws CoordinationUnavailableException when no answer could be had: the claim may or may not
   *     have taken effect, so read before claiming again
   * @throws CoordinationException when there is no such virtual server
   */
  OwnerRecord claim(
      String virtualServer,
      String owner,
      String address,
      long epoch,
      Optional<OwnerRecord> expected)
      throws CoordinationException;

  /** Reports the owner record and each change; empty while there is none. */
  Subscription watch(String virtualServer, ChangeListener<Optional<OwnerRecord>> listener);
}
