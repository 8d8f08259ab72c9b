package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.PrivilegedExceptionAction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user reads when something is wrong: what, which object, what to do. */
class ErrorsIT {

  private static final int CHUNK = 1 << 20;

  @TempDir Path directory;

  @Test
  void shouldNameWhatIsServedWhenTheVirtualServerIsUnknown() throws IOException {
    try (EmbeddedCell cell = EmbeddedCell.start(CellOptions.at(directory))) {
      IOException e =
          assertThrows(IOException.class, () -> open("leat://nowhere/", cell.addresses().get(0)));
      assertTrue(e.getMessage().contains("nowhere"), e.getMessage());
      assertTrue(e.getMessage().contains("demo"), e.getMessage());
    }
  }

  @Test
  void shouldSayHowToStartWhenNoCellRuns() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    IOException e =
        assertThrows(IOException.class, () -> open("leat://demo/", "127.0.0.1:" + port));
    assertTrue(e.getMessage().contains("127.0.0.1:" + port), e.getMessage());
    assertTrue(e.getMessage().contains("leat start"), e.getMessage());
  }

  @Test
  void shouldSayThatThePortIsNotLeats() throws Exception {
    Thread http;
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      http = new Thread(() -> answerAsHttp(other));
      http.start();
      IOException e =
          assertThrows(
              IOException.class, () -> open("leat://demo/", "127.0.0.1:" + other.getLocalPort()));
      assertTrue(e.getMessage().contains("does not speak Leat's protocol"), e.getMessage());
    }
    http.join();
  }

  private static void answerAsHttp(ServerSocket server) {
    try {
      while (true) {
        try (var socket = server.accept()) {
          socket
              .getOutputStream()
              .write(
                  "HTTP/1.1 400 Bad Request\r\n\r\n"
                      .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      assertTrue(server.isClosed(), e.toString());
    }
  }

  @Test
  void shouldLoseNothingWhenTheVolumeIsFull() throws IOException {
    CellOptions small = CellOptions.at(directory).withVolumeBytes(64 << 20);
    byte[] chunk = new byte[CHUNK];
    java.util.Arrays.fill(chunk, (byte) 7);
    try (EmbeddedCell cell = EmbeddedCell.start(small);
        FileSystem fs = open("leat://demo/", cell.addresses().get(0))) {
      org.apache.hadoop.fs.Path kept = new org.apache.hadoop.fs.Path("/tmp/kept");
      org.apache.hadoop.fs.Path filler = new org.apache.hadoop.fs.Path("/tmp/filler");
      try (FSDataOutputStream out = fs.create(kept)) {
        out.write(chunk);
      }
      IOException full = assertThrows(IOException.class, () -> fill(fs, filler, chunk));
      assertTrue(full.getMessage().contains("No space"), full.getMessage());
      byte[] read = new byte[CHUNK];
      try (FSDataInputStream in = fs.open(kept)) {
        in.readFully(read);
      }
      assertArrayEquals(chunk, read);
      assertTrue(fs.getFileStatus(filler).getLen() > CHUNK, "what was flushed is kept");
      assertTrue(fs.delete(filler, false), "deletes still work");
      awaitFree(fs, 32 << 20);
      try (FSDataOutputStream out = fs.create(filler)) {
        out.write(chunk);
      }
      assertEquals(CHUNK, fs.getFileStatus(filler).getLen());
    }
  }

  private static void fill(FileSystem fs, org.apache.hadoop.fs.Path path, byte[] chunk)
      throws IOException {
    try (FSDataOutputStream out = fs.create(path)) {
      for (int i = 0; i < 1_000; i++) {
        out.write(chunk);
        out.hflush();
      }
    }
  }

  private static void awaitFree(FileSystem fs, long bytes) throws IOException {
    long end = System.nanoTime() + 30_000_000_000L;
    while (fs.getStatus().getRemaining() < bytes) {
      assertTrue(System.nanoTime() < end, "space did not come back");
      Thread.onSpinWait();
    }
  }

  @Test
  void shouldGiveEachUserOfAProcessTheirOwnPermissions() throws Exception {
    try (EmbeddedCell cell = EmbeddedCell.start(CellOptions.at(directory))) {
      FileSystem alice = openAs("alice", cell);
      FileSystem bob = openAs("bob", cell);
      org.apache.hadoop.fs.Path secret = new org.apache.hadoop.fs.Path("/tmp/secret");
      try (FSDataOutputStream out = alice.create(secret)) {
        out.write(1);
      }
      alice.setPermission(secret, new FsPermission((short) 0600));
      assertEquals("alice", alice.getFileStatus(secret).getOwner());
      try (FSDataInputStream in = alice.open(secret)) {
        assertEquals(1, in.read());
        AccessControlException e =
            assertThrows(AccessControlException.class, () -> bob.open(secret).close());
        assertTrue(e.getMessage().contains("user=bob"), e.getMessage());
        assertTrue(e.getMessage().contains("/tmp/secret"), e.getMessage());
      }
      assertThrows(AccessControlException.class, () -> bob.delete(secret, false));
      assertThrows(AccessControlException.class, () -> bob.setOwner(secret, "bob", null));
      alice.close();
      bob.close();
    }
  }

  private static FileSystem openAs(String user, EmbeddedCell cell) throws Exception {
    PrivilegedExceptionAction<FileSystem> open =
        () -> open("leat://demo/", cell.addresses().get(0));
    return UserGroupInformation.createUserForTesting(user, new String[] {"users"}).doAs(open);
  }

  private static FileSystem open(String uri, String address) throws IOException {
    Configuration conf = new Configuration();
    conf.set("fs.leat.mds.addresses", address);
    conf.set("fs.leat.connect.timeout", "2s");
    return FileSystem.newInstance(java.net.URI.create(uri), conf);
  }
}
