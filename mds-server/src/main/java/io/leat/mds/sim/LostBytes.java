package io.leat.mds.sim;

import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A refusal of bytes that a death of the host has taken, as a person reads it.
 *
 * @param path the file it names
 * @param from the first byte that is lost
 */
record LostBytes(String path, long from) {

  private static final Pattern MESSAGE =
      Pattern.compile(
          "(/\\S+): .* the bytes from (\\d+) on .* truncate the file to \\2 bytes to keep the rest");

  static Optional<LostBytes> of(Throwable failure) {
    if (!(failure instanceof LeatException refused) || refused.code() != ErrorCode.DATA_LOST) {
      return Optional.empty();
    }
    Matcher matcher = MESSAGE.matcher(refused.getMessage());
    return matcher.matches()
        ? Optional.of(new LostBytes(matcher.group(1), Long.parseLong(matcher.group(2))))
        : Optional.of(new LostBytes(refused.getMessage(), 0));
  }

  /** The message has to name the file. */
  void requireOf(Actor actor, String expected) {
    if (!path.equals(expected)) {
      actor.world.judge.violated(
          "D1", "%s was refused lost bytes of %s, and told of %s".formatted(actor, expected, path));
    }
  }
}
