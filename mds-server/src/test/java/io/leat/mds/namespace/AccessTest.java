package io.leat.mds.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.model.LeatException;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AccessTest {

  private static final Caller OWNER = new Caller("o", Set.of("g"), false);
  private static final Caller MEMBER = new Caller("m", Set.of("g"), false);
  private static final Caller OTHER = new Caller("x", Set.of(), false);
  private static final Caller ROOT = new Caller("r", Set.of(), true);

  private static Node node(int mode, String owner) {
    InodeRecord inode =
        InodeRecord.newBuilder().setMode(mode).setOwner(owner).setGroup("g").build();
    return new Node(1, "n", inode);
  }

  @Test
  void shouldUseTheFirstClassThatMatches() {
    InodeRecord inode = node(0077, "o").inode();
    assertEquals(false, Access.allows(OWNER, inode, Access.READ), "the owner's bits alone count");
    assertTrue(Access.allows(MEMBER, inode, Access.READ | Access.WRITE));
    assertTrue(Access.allows(OTHER, inode, Access.EXECUTE));
    assertTrue(Access.allows(ROOT, node(0, "o").inode(), 7));
    assertEquals(false, Access.allows(OTHER, node(0776, "o").inode(), 7));
  }

  @Test
  void shouldKeepOthersFromEntriesOfAStickyDirectory() throws LeatException {
    Node sticky = node(01777, "o");
    Access.requireRemoval(OWNER, sticky, node(0644, "x"), "/d/n");
    Access.requireRemoval(OTHER, sticky, node(0644, "x"), "/d/n");
    Access.requireRemoval(ROOT, sticky, node(0644, "x"), "/d/n");
    assertThrows(
        LeatException.class, () -> Access.requireRemoval(MEMBER, sticky, node(0644, "x"), "/d/n"));
  }

  @Test
  void shouldNameWhatWasDenied() {
    LeatException denied =
        assertThrows(
            LeatException.class,
            () -> Access.require(OTHER, node(0640, "o"), Access.READ | Access.WRITE, "/n"));
    assertTrue(denied.getMessage().contains("READ_WRITE"), denied.getMessage());
    assertTrue(denied.getMessage().contains("-rw-r-----"), denied.getMessage());
  }
}
