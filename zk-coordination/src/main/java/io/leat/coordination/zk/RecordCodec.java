package io.leat.coordination.zk;

import io.leat.coordination.CoordinationException;
import io.leat.coordination.MemberInfo;
import io.leat.coordination.OwnerRecord;
import io.leat.coordination.VirtualServerConfig;
import io.leat.model.VersionRange;

/** The values of the contracts as content of nodes, and back. */
final class RecordCodec {

  /**
   * Names the one write that made this content, so that its writer can tell it from another's after
   * a lost connection.
   */
  private static final String WRITE_ID = "write";

  /** Where older records have no line. */
  private static final String FIRST = new VersionRange(1, 1).text();

  private RecordCodec() {}

  static byte[] encode(String path, MemberInfo member) {
    return new TextRecord(path)
        .put("name", member.name())
        .put("host", member.host())
        .put("port", member.port())
        .putList("capabilities", member.capabilities())
        .put("software-version", member.softwareVersion())
        .put("protocol", member.protocol().text())
        .put("levels", member.levels().text())
        .put("load", member.load())
        .encode();
  }

  static MemberInfo decodeMember(Node node) throws CoordinationException {
    TextRecord record = TextRecord.decode(node.path(), node.content());
    try {
      return new MemberInfo(
          record.get("name"),
          record.get("host"),
          record.getInt("port"),
          record.getList("capabilities"),
          record.get("software-version"),
          VersionRange.parse(record.getOr("protocol", FIRST)),
          VersionRange.parse(record.getOr("levels", FIRST)),
          record.getInt("load"));
    } catch (IllegalArgumentException e) {
      throw record.damaged(e.getMessage(), e);
    }
  }

  static byte[] encode(String path, VirtualServerConfig config, String writeId) {
    return new TextRecord(path)
        .put("name", config.name())
        .putList("candidates", config.candidates())
        .put("pointer", config.pointer())
        .put("started", Boolean.toString(config.started()))
        .put("balanced", Boolean.toString(config.balanced()))
        .put(WRITE_ID, writeId)
        .encode();
  }

  static VirtualServerConfig decodeConfig(Node node) throws CoordinationException {
    TextRecord record = TextRecord.decode(node.path(), node.content());
    try {
      return new VirtualServerConfig(
          record.get("name"),
          record.getList("candidates"),
          record.get("pointer"),
          Boolean.parseBoolean(record.getOr("started", true)),
          Boolean.parseBoolean(record.getOr("balanced", false)),
          node.stat().getMzxid());
    } catch (IllegalArgumentException e) {
      throw record.damaged(e.getMessage(), e);
    }
  }

  static byte[] encodeOwner(String path, String owner, long epoch, String address, String writeId) {
    return new TextRecord(path)
        .put("owner", owner)
        .put("epoch", epoch)
        .put("address", address)
        .put(WRITE_ID, writeId)
        .encode();
  }

  static OwnerRecord decodeOwner(Node node) throws CoordinationException {
    TextRecord record = TextRecord.decode(node.path(), node.content());
    try {
      return new OwnerRecord(
          record.get("owner"),
          record.getLong("epoch"),
          record.get("address"),
          Long.toHexString(node.stat().getMzxid()));
    } catch (IllegalArgumentException e) {
      throw record.damaged(e.getMessage(), e);
    }
  }

  static String decodeWriteId(Node node) throws CoordinationException {
    return TextRecord.decode(node.path(), node.content()).get(WRITE_ID);
  }
}
