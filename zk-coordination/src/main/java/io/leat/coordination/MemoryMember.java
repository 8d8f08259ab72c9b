package io.leat.coordination;

/** A member kept in a {@link MemoryCell} by one session. */
final class MemoryMember implements MemberHandle {

  private final MemoryCoordination session;
  private final MemoryCell cell;
  private MemberInfo info;
  private boolean closed;

  MemoryMember(MemoryCoordination session, MemoryCell cell, MemberInfo info) {
    this.session = session;
    this.cell = cell;
    this.info = info;
  }

  @Override
  public MemberInfo info() {
    return info;
  }

  @Override
  public void update(MemberInfo member) throws CoordinationException {
    if (!member.name().equals(info.name())) {
      throw new IllegalArgumentException(
          "member " + info.name() + " cannot change its name to " + member.name());
    }
    if (closed) {
      throw new IllegalStateException("member " + info.name() + " has left");
    }
    info = member;
    session.checkConnected("update", "members/" + info.name());
    appear();
  }

  /** Makes this member seen as it is now, unless another session has taken the name. */
  void appear() {
    MemoryCell.Live live = cell.members.get(info.name());
    if (live == null || live.session() == session) {
      cell.members.put(info.name(), new MemoryCell.Live(session, info));
      cell.changed();
    }
  }

  @Override
  public void close() throws CoordinationException {
    if (closed) {
      return;
    }
    closed = true;
    session.remove(this);
    MemoryCell.Live live = cell.members.get(info.name());
    if (live != null && live.session() == session) {
      session.checkConnected("remove", "members/" + info.name());
      cell.members.remove(info.name());
      cell.changed();
    }
  }
}
