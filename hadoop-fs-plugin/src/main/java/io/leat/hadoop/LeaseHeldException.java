package io.leat.hadoop;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Someone else is writing the file; the message names the holder and when its lease ends.
 *
 * <p>Programs written for HDFS expect {@code AlreadyBeingCreatedException}, which lives in the HDFS
 * client's jar; where that is on the class path it is thrown instead.
 */
public final class LeaseHeldException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(LeaseHeldException.class);

  private static final String HDFS_CLASS =
      "org.apache.hadoop.hdfs.protocol.AlreadyBeingCreatedException";
  private static final Optional<MethodHandle> HDFS_CONSTRUCTOR = hdfsConstructor();

  public LeaseHeldException(String message) {
    super(message);
  }

  /** HDFS's exception if it is there, else ours. */
  static IOException forUser(String message) {
    if (HDFS_CONSTRUCTOR.isEmpty()) {
      return new LeaseHeldException(message);
    }
    try {
      return (IOException) HDFS_CONSTRUCTOR.get().invoke(message);
    } catch (Throwable e) {
      LOG.debug("{} cannot be made", HDFS_CLASS, e);
      return new LeaseHeldException(message);
    }
  }

  private static Optional<MethodHandle> hdfsConstructor() {
    try {
      Class<?> type = Class.forName(HDFS_CLASS, false, LeaseHeldException.class.getClassLoader());
      return Optional.of(
          MethodHandles.publicLookup()
              .findConstructor(type, MethodType.methodType(void.class, String.class)));
    } catch (ReflectiveOperationException e) {
      LOG.debug(
          "{} is not on the class path; {} stands for it", HDFS_CLASS, LeaseHeldException.class);
      return Optional.empty();
    }
  }
}
