package io.leat.mds.image;

/** Where a transaction stands. */
enum TransactionState {
  /** Takes reads and changes. */
  OPEN,
  /** A change failed; only closing is left. */
  FAILED,
  /** Committed or closed. */
  ENDED;

  void requireOpen(String image) {
    switch (this) {
      case OPEN -> {}
      case FAILED ->
          throw new IllegalStateException(
              "the transaction of " + image + " has failed; close it and begin another");
      case ENDED -> throw new IllegalStateException("the transaction of " + image + " has ended");
    }
  }
}
