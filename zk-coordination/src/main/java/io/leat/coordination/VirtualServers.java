package io.leat.coordination;

import java.util.List;
import java.util.Optional;

/** Which virtual servers the cell has, and where the configuration of each stands. */
public interface VirtualServers {

  /** Most virtual servers of one cell. */
  int MAX_VIRTUAL_SERVERS = 1024;

  /**
   * Adds a virtual server.
   *
   * @param config the version is not looked at
   * @return the configuration as stored, with its first version
   * @throws AlreadyExistsException when there is one of that name
   * @throws CoordinationUnavailableException when no answer could be had: it may or may not exist
   *     now
   */
  VirtualServerConfig create(VirtualServerConfig config) throws CoordinationException;

  /** The configuration of one virtual server; empty when it does not exist. */
  Optional<VirtualServerConfig> read(String name) throws CoordinationException;

  /** The configurations of all virtual servers, sorted by name. */
  List<VirtualServerConfig> list() throws CoordinationException;

  /**
   * Replaces a configuration, if it still has the version in {@code config}.
   *
   * @return the configuration as stored, with its new, larger version
   * @throws ConflictException when the stored version is another one or it does not exist
   * @throws CoordinationUnavailableException when no answer could be had: read before trying again
   */
  VirtualServerConfig update(VirtualServerConfig config) throws CoordinationException;

  /**
   * Removes a virtual server with its owner record, if its configuration still has {@code version}.
   * Whether it is out of service is for the caller to make sure.
   *
   * @throws ConflictException when the stored version is another one or it does not exist
   * @throws CoordinationUnavailableException when no answer could be had: read before trying again
   */
  void delete(String name, long version) throws CoordinationException;

  /**
   * Makes a volume that of a virtual server, if it is nobody's yet; it stays so.
   *
   * @param volume its UUID
   * @return whose it is now
   * @throws CoordinationUnavailableException when no answer could be had; ask again
   */
  String reserveVolume(String volume, String virtualServer) throws CoordinationException;

  /**
   * Makes a lane of a metadata area that of a metadata server, if it is nobody's yet; it stays so
   * until {@link #freeLane}.
   *
   * @param area its UUID
   * @param lane 0 or more
   * @return whose it is now
   * @throws CoordinationUnavailableException when no answer could be had; ask again
   */
  String reserveLane(String area, int lane, String mds) throws CoordinationException;

  /**
   * Makes a lane nobody's again, if it is this one's.
   *
   * @param mds whose it was
   * @throws CoordinationUnavailableException when no answer could be had; ask again
   */
  void freeLane(String area, int lane, String mds) throws CoordinationException;

  /** Reports the configurations of all virtual servers, sorted by name, and each change. */
  Subscription watch(ChangeListener<List<VirtualServerConfig>> listener);
}
