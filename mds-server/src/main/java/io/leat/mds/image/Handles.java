package io.leat.mds.image;

/**
 * What is open of an image: the book that forbids a second transaction, too many snapshots and use
 * after close. Its image calls it under the image's own monitor, in one step with the act itself.
 */
final class Handles {

  private final String image;
  private boolean closed;
  private boolean transaction;
  private int snapshots;

  Handles(String image) {
    this.image = image;
  }

  boolean isClosed() {
    return closed;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException(image + " is closed");
    }
  }

  void requireNoTransaction() {
    requireOpen();
    if (transaction) {
      throw new IllegalStateException(
          image + " has an open transaction; commit or close it before beginning another");
    }
  }

  void requireRoomForSnapshot() {
    requireOpen();
    if (snapshots >= Image.SNAPSHOTS_MAX) {
      throw new IllegalStateException(
          image + " has " + snapshots + " open snapshots, the most allowed; close some first");
    }
  }

  void requireIdle(String action) {
    requireOpen();
    if (transaction || snapshots > 0) {
      throw new IllegalStateException(
          "cannot %s %s while it has %d open transactions and %d open snapshots; close them first"
              .formatted(action, image, transaction ? 1 : 0, snapshots));
    }
  }

  void transactionBegan() {
    transaction = true;
  }

  void transactionEnded() {
    transaction = false;
  }

  void snapshotTaken() {
    snapshots++;
  }

  void snapshotReleased() {
    snapshots--;
  }

  void close() {
    closed = true;
  }
}
