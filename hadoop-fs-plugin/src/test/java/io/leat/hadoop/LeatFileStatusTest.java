package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.model.FileAttributes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.DataInputBuffer;
import org.apache.hadoop.io.DataOutputBuffer;
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

  @Test
  void shouldMakeAnEntrysPathWhenAskedForAndKeepIt() {
    LeatFileStatus entry = entry("a:b c");

    assertEquals(new Path("leat", "demo", "/dir/a:b c"), entry.getPath());
    assertSame(entry.getPath(), entry.getPath());
    assertEquals(
        new Path("leat://demo/top"),
        new LeatFileStatus(file(1, 1), new Path("leat://demo/"), "top").getPath());
  }

  @Test
  void shouldBehaveAsAStatusWithItsPathAtOnce() {
    LeatFileStatus whole = new LeatFileStatus(file(1, 1), new Path("leat://demo/dir/x"));

    assertEquals(whole, entry("x"));
    assertEquals(entry("x"), whole);
    assertEquals(whole.hashCode(), entry("x").hashCode());
    assertEquals(whole.toString(), entry("x").toString());
    assertEquals(0, entry("x").compareTo(whole));
    assertEquals(0, whole.compareTo((Object) entry("x")));
    assertTrue(entry("a").compareTo(entry("b")) < 0);
    assertNotEquals(whole, entry("y"));
    assertFalse(entry("x").isErasureCoded() || entry("x").hasAcl() || entry("x").isEncrypted());
    IOException refused = assertThrows(IOException.class, () -> entry("x").getSymlink());
    assertTrue(refused.getMessage().contains("leat://demo/dir/x"), refused.getMessage());
  }

  @Test
  void shouldTakeAnotherPath() {
    LeatFileStatus before = entry("x");
    before.setPath(PATH);
    LeatFileStatus after = entry("x");
    assertEquals(new Path("leat://demo/dir/x"), after.getPath());
    after.setPath(PATH);

    assertSame(PATH, before.getPath());
    assertSame(PATH, after.getPath());
    assertTrue(after.toString().contains("path=leat://demo/x;"), after.toString());
  }

  @Test
  void shouldSurviveJavaSerialization() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(entry("x"));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      LeatFileStatus read = (LeatFileStatus) in.readObject();

      read.validateObject();
      assertEquals(entry("x"), read);
      assertEquals(entry("x").toString(), read.toString());
      assertEquals(entry("x").getEtag(), read.getEtag());
    }
  }

  @Test
  @SuppressWarnings("deprecation") // Writable is what old callers use
  void shouldSurviveWritable() throws IOException {
    DataOutputBuffer out = new DataOutputBuffer();
    entry("x").write(out);
    DataInputBuffer in = new DataInputBuffer();
    in.reset(out.getData(), out.getLength());
    LeatFileStatus read = entry("other");
    read.readFields(in);
    FileStatus plain = new FileStatus();
    in.reset(out.getData(), out.getLength());
    plain.readFields(in);

    assertEquals(entry("x").getPath(), read.getPath());
    assertEquals(entry("x").getPath(), plain.getPath());
    assertEquals(entry("x").getPermission(), plain.getPermission());
  }

  @Test
  void shouldShareThePermissionsOfOneMode() {
    assertSame(entry("x").getPermission(), entry("y").getPermission());
    for (int mode = 0; mode <= 01777; mode++) {
      assertEquals(mode, Permissions.of(mode).toShort());
    }
  }

  private static LeatFileStatus entry(String name) {
    return new LeatFileStatus(file(1, 1), new Path("leat://demo/dir"), name);
  }

  private static FileAttributes file(long id, long version) {
    return new FileAttributes(
        id, false, 42, 0640, "me", "us", 1_000, 2_000, version, 4_096, 3, false);
  }
}
