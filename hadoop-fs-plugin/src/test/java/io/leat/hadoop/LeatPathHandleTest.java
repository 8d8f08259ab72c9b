package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leat.model.FileAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.InvalidPathHandleException;
import org.apache.hadoop.fs.Options.HandleOpt;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawPathHandle;
import org.junit.jupiter.api.Test;

class LeatPathHandleTest {

  private static final Path PATH = new Path("leat://demo/ä/file");

  @Test
  void shouldSurviveItsBytes() throws IOException {
    LeatPathHandle handle = LeatPathHandle.of(status(false), "/ä/file", HandleOpt.content());

    assertEquals(new LeatPathHandle("/ä/file", 9, 11, false, true), handle);
    assertEquals(handle, LeatPathHandle.from(new RawPathHandle(handle.bytes())));
  }

  @Test
  void shouldAllowNothingWhenNothingIsSaid() {
    assertEquals(
        new LeatPathHandle("/f", 9, 11, false, false), LeatPathHandle.of(status(false), "/f"));
  }

  @Test
  void shouldRefuseBytesThatAreNotOurs() {
    for (byte[] bytes : new byte[][] {{}, {1, 0, 3}, {9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}) {
      RawPathHandle handle = new RawPathHandle(ByteBuffer.wrap(bytes));
      assertThrows(InvalidPathHandleException.class, () -> LeatPathHandle.from(handle));
    }
  }

  @Test
  void shouldRefuseDirectoriesAndOthersStatuses() {
    assertThrows(IllegalArgumentException.class, () -> LeatPathHandle.of(status(true), "/d"));
    assertThrows(
        IllegalArgumentException.class,
        () -> LeatPathHandle.of(new FileStatus(1, false, 1, 1, 1, PATH), "/f"));
  }

  private static FileStatus status(boolean directory) {
    return new LeatFileStatus(
        new FileAttributes(9, directory, 0, 0755, "me", "us", 1, 2, 11, 4_096, 1, false), PATH);
  }
}
