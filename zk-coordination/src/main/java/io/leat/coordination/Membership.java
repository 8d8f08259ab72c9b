package io.leat.coordination;

import java.util.List;

/** The members of the cell: the servers that are alive. */
public interface Membership {

  /** Most members of one cell. */
  int MAX_MEMBERS = 256;

  /**
   * Makes {@code member} appear in the cell for as long as this session lives and the handle is
   * open. After a lost session it appears again by itself when the session is replaced.
   *
   * <p>May wait, at most about one session timeout, for a member of the same name that has died to
   * disappear.
   *
   * @throws AlreadyExistsException when a live member has that name
   * @throws CoordinationUnavailableException when the name service did not answer
   */
  MemberHandle join(MemberInfo member) throws CoordinationException;

  /**
   * The members as the name service shows them now, sorted by name.
   *
   * @throws CoordinationException also when the record of a member cannot be read; names its path
   */
  List<MemberInfo> members() throws CoordinationException;

  /** Reports the members, sorted by name, and each change. */
  Subscription watch(ChangeListener<List<MemberInfo>> listener);
}
