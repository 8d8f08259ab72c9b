package io.leat.client.engine;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What streams do with the futures that they wait for. */
final class Waits {

  private Waits() {}

  /** The value of a future that is done; its failure as an {@link IOException}. */
  static <T> T result(CompletableFuture<T> done) throws IOException {
    try {
      return done.join();
    } catch (CompletionException e) {
      throw failure(e);
    }
  }

  private static IOException failure(Throwable thrown) {
    if (thrown instanceof CompletionException && thrown.getCause() != null) {
      return failure(thrown.getCause());
    }
    return thrown instanceof IOException io ? io : new IOException(thrown);
  }
}
