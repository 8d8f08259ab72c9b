package io.leat.coordination;

import java.io.Closeable;

/** A member that this session keeps in the cell. Safe for use by many threads. */
public interface MemberHandle extends Closeable {

  /** What the cell is, or will be, told about this member. */
  MemberInfo info();

  /**
   * Replaces what the cell knows about this member. When this throws, the new information is kept
   * and published with the next session; calling again is harmless.
   *
   * @param member has the name that joined
   * @throws IllegalArgumentException when the name differs
   * @throws CoordinationUnavailableException when the name service did not answer
   */
  void update(MemberInfo member) throws CoordinationException;

  /**
   * Leaves the cell. When this throws, the member is not kept any longer, but may be seen until the
   * session ends. Closing twice is harmless.
   */
  @Override
  void close() throws CoordinationException;
}
