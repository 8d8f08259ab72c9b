package io.leat.mds.image;

import java.io.IOException;
import java.nio.file.Path;

/** A process that holds an image directory until it is killed. */
final class DirectoryHolder {

  /** What it prints once it has the directory. */
  static final int HELD = 'H';

  private DirectoryHolder() {}

  public static void main(String[] args) throws IOException {
    try (DirectoryLock held = LmdbImage.lock(Path.of(args[0]))) {
      System.out.write(HELD);
      System.out.flush();
      int end = System.in.read();
      throw new IllegalStateException("input ended with " + end + " while holding " + held);
    }
  }
}
