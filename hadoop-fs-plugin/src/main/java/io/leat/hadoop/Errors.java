package io.leat.hadoop;

import io.leat.model.LeatException;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.fs.ClusterStorageCapacityExceededException;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.InvalidPathException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.PathIOException;
import org.apache.hadoop.fs.PathIsNotDirectoryException;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.security.AccessControlException;

/**
 * The one place that turns the client's errors into the exceptions that Hadoop's users expect,
 * which are HDFS's. The message is kept and names the path; the original is the cause.
 */
final class Errors {
  private Errors() {}

  /** For operations on what should exist: whatever hides it, it is not found. */
  static IOException reading(LeatException e, String path) {
    return translate(e, path, false);
  }

  /** For operations that make something: what is in the way exists already. */
  static IOException making(LeatException e, String path) {
    return translate(e, path, true);
  }

  private static IOException translate(LeatException e, String path, boolean making) {
    String message = message(e, path);
    return switch (e.code()) {
      case NOT_FOUND -> caused(new FileNotFoundException(message), e);
      case ALREADY_EXISTS -> caused(new FileAlreadyExistsException(message), e);
      case PARENT_NOT_DIRECTORY ->
          caused(
              making
                  ? new ParentNotDirectoryException(message)
                  : new FileNotFoundException(message),
              e);
      case IS_DIRECTORY ->
          caused(
              making
                  ? new FileAlreadyExistsException(message)
                  : new FileNotFoundException("Path is not a file: " + message),
              e);
      case NOT_DIRECTORY ->
          caused(
              making
                  ? new FileAlreadyExistsException(message)
                  : new PathIsNotDirectoryException(path),
              e);
      case DIRECTORY_NOT_EMPTY -> caused(new PathIsNotEmptyDirectoryException(path), e);
      case PERMISSION_DENIED -> caused(new AccessControlException(message), e);
      case INVALID_PATH ->
          throw (InvalidPathException) new InvalidPathException(path, e.getMessage()).initCause(e);
      case UNSUPPORTED -> throw new UnsupportedOperationException(message, e);
      case NO_SPACE, IMAGE_FULL -> new ClusterStorageCapacityExceededException(message, e);
      case LEASE_HELD -> caused(LeaseHeldException.forUser(message), e);
      case SAFE_MODE -> caused(new SafeModeException(message), e);
      case INVALID_ARGUMENT, RENAME_INTO_ITSELF, VERSION_MISMATCH, LEASE_LOST, DATA_LOST ->
          caused(new PathIOException(path, e.getMessage()), e);
      case XATTR_NOT_FOUND,
          XATTR_EXISTS,
          UNKNOWN_VIRTUAL_SERVER,
          VIRTUAL_SERVER_STOPPED,
          OVERLOADED,
          RECOVERING,
          FLUSHING,
          REVOKING,
          NOT_OWNER,
          OWNER_STOPPED,
          SESSION_UNKNOWN,
          INTERNAL ->
          new IOException(message, e);
    };
  }

  private static String message(LeatException e, String path) {
    String message = String.valueOf(e.getMessage());
    return message.contains(path) ? message : path + ": " + message;
  }

  private static IOException caused(IOException exception, LeatException cause) {
    exception.initCause(cause);
    return exception;
  }
}
