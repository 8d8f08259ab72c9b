package io.leat.mds.check;

import io.leat.mds.image.ImageReader;
import io.leat.mds.image.ImageTransaction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Repairs what may be repaired, in rounds: removing an orphan leaks its blocks, which the next
 * round makes free. Interrupted anywhere it can be run again.
 */
public final class ImageRepair {

  /** Rounds at most; each but the last found something to do. */
  static final int ROUNDS_MAX = 16;

  /** Bytes of changes in one batch, but for a single repair that has more. */
  static final int BATCH_BYTES_MAX = 256 << 10;

  /** The image that is repaired, and its journal. */
  public interface Target {

    /** Hands the last committed state to {@code use}. */
    <T> T read(Function<ImageReader, T> use);

    /** Makes a change durable in the journal, then in the image. */
    void write(Consumer<ImageTransaction> change) throws IOException;
  }

  /**
   * What was done.
   *
   * @param done one sentence for each repair
   * @param after what is still found
   */
  public record Outcome(List<String> done, CheckReport after) {

    public Outcome {
      done = List.copyOf(done);
    }

    /** With what was done before. */
    public Outcome after(List<String> earlier) {
      List<String> all = new ArrayList<>(earlier);
      all.addAll(done);
      return new Outcome(all, after);
    }
  }

  private ImageRepair() {}

  /** Repairs until there is nothing more to do, or that may be done. */
  public static Outcome run(Target target) throws IOException {
    List<String> done = new ArrayList<>();
    for (int round = 0; round < ROUNDS_MAX; round++) {
      List<Repair> repairs =
          target.<List<Repair>>read(image -> ImageChecker.plan(image, true).repairs());
      if (repairs.isEmpty()) {
        break;
      }
      apply(repairs, target);
      repairs.forEach(repair -> done.add(repair.what()));
    }
    return new Outcome(done, target.read(ImageChecker::check));
  }

  private static void apply(List<Repair> repairs, Target target) throws IOException {
    List<Repair> batch = new ArrayList<>();
    int bytes = 0;
    for (Repair repair : repairs) {
      if (bytes + repair.bytes() > BATCH_BYTES_MAX && !batch.isEmpty()) {
        write(batch, target);
        batch.clear();
        bytes = 0;
      }
      batch.add(repair);
      bytes += repair.bytes();
    }
    write(batch, target);
  }

  private static void write(List<Repair> batch, Target target) throws IOException {
    target.write(
        transaction ->
            batch.forEach(
                repair -> repair.mutations().forEach(mutation -> mutation.applyTo(transaction))));
  }
}
