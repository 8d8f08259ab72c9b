package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.model.FileAttributes;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

class LeatFileStatusTest {

  private static final Path PATH = new Path("leat://demo/x");

  @Test
  void shouldCarryAFilesAttributes() {
    LeatFileStatus status = new LeatFileStatus(file(255, 16), PATH);

    assertTrue(status.isFile());
    assertEquals(42, status.getLen());
    assertEquals(0640, status.getPermission().toShort());
    assertEquals("me", status.getOwner());
    assertEquals("us", status.getGroup());
    assertEquals(1_000, status.getModificationTime());
    assertEquals(2_000, status.getAccessTime());
    assertEquals(4_096, status.getBlockSize());
    assertEquals(3, status.getReplication());
    assertEquals("\"ff-10\"", status.getEtag());
  }

  @Test
  void shouldGiveDirectoriesNoBlocks() {
    FileAttributes directory =
        new FileAttributes(1, true, 0, 01777, "me", "us", 1, 2, 3, 4_096, 3, false);

    LeatFileStatus status = new LeatFileStatus(directory, PATH);

    assertTrue(status.isDirectory());
    assertTrue(status.getPermission().getStickyBit());
    assertEquals(0, status.getBlockSize());
    assertEquals(0, status.getReplication());
    assertFalse(status.isSymlink());
  }

  @Test
  void shouldChangeTheEtagWithFileAndVersion() {
    String etag = new LeatFileStatus(file(1, 1), PATH).getEtag();

    assertNotEquals(etag, new LeatFileStatus(file(1, 2), PATH).getEtag());
    assertNotEquals(etag, new LeatFileStatus(file(2, 1), PATH).getEtag());
    assertEquals(etag, new LeatFileStatus(file(1, 1), new Path("leat://demo/y")).getEtag());
  }

  @Test
  void shouldKeepTheEtagWithLocations() {
    LeatFileStatus status = new LeatFileStatus(file(5, 6), PATH);

    LeatLocatedFileStatus located = new LeatLocatedFileStatus(status, null);

    assertEquals(status.getEtag(), located.getEtag());
    assertEquals(status.fileId(), located.fileId());
    assertEquals(status, located);
  }

  private static FileAttributes file(long id, long version) {
    return new FileAttributes(
        id, false, 42, 0640, "me", "us", 1_000, 2_000, version, 4_096, 3, false);
  }
}
