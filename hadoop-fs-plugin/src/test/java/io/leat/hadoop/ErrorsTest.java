package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.EnumSet;
import org.apache.hadoop.fs.ClusterStorageCapacityExceededException;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.InvalidPathException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.PathIOException;
import org.apache.hadoop.fs.PathIsNotDirectoryException;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorsTest {

  private static final String PATH = "/some/file";

  /** Thrown as unchecked exceptions, as HDFS does. */
  private static final EnumSet<ErrorCode> UNCHECKED =
      EnumSet.of(ErrorCode.INVALID_PATH, ErrorCode.UNSUPPORTED);

  @Test
  void shouldGiveHdfsExceptionsWhenReading() {
    assertReading(FileNotFoundException.class, ErrorCode.NOT_FOUND);
    assertReading(FileNotFoundException.class, ErrorCode.PARENT_NOT_DIRECTORY);
    assertReading(FileNotFoundException.class, ErrorCode.IS_DIRECTORY);
    assertReading(PathIsNotDirectoryException.class, ErrorCode.NOT_DIRECTORY);
    assertReading(PathIsNotEmptyDirectoryException.class, ErrorCode.DIRECTORY_NOT_EMPTY);
    assertReading(AccessControlException.class, ErrorCode.PERMISSION_DENIED);
    assertReading(PathIOException.class, ErrorCode.INVALID_ARGUMENT);
    assertReading(ClusterStorageCapacityExceededException.class, ErrorCode.NO_SPACE);
    assertReading(ClusterStorageCapacityExceededException.class, ErrorCode.IMAGE_FULL);
    assertReading(SafeModeException.class, ErrorCode.SAFE_MODE);
  }

  @Test
  void shouldGiveHdfsExceptionsWhenMaking() {
    assertMaking(FileNotFoundException.class, ErrorCode.NOT_FOUND);
    assertMaking(FileAlreadyExistsException.class, ErrorCode.ALREADY_EXISTS);
    assertMaking(FileAlreadyExistsException.class, ErrorCode.IS_DIRECTORY);
    assertMaking(FileAlreadyExistsException.class, ErrorCode.NOT_DIRECTORY);
    assertMaking(ParentNotDirectoryException.class, ErrorCode.PARENT_NOT_DIRECTORY);
  }

  @Test
  void shouldSayThatADirectoryIsNotAFile() {
    IOException e = Errors.reading(error(ErrorCode.IS_DIRECTORY), PATH);

    assertTrue(e.getMessage().startsWith("Path is not a file"), e.getMessage());
  }

  @Test
  void shouldThrowUncheckedWhereHadoopDoes() {
    assertThrows(
        InvalidPathException.class, () -> Errors.reading(error(ErrorCode.INVALID_PATH), PATH));
    assertThrows(
        UnsupportedOperationException.class,
        () -> Errors.reading(error(ErrorCode.UNSUPPORTED), PATH));
  }

  @Test
  void shouldThrowOurLeaseExceptionWithoutTheHdfsClient() {
    assertReading(LeaseHeldException.class, ErrorCode.LEASE_HELD);
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void shouldKeepPathAndCauseOfEveryError(ErrorCode code) {
    if (UNCHECKED.contains(code)) {
      return;
    }
    LeatException error = error(code);

    IOException reading = Errors.reading(error, PATH);

    assertTrue(reading.getMessage().contains(PATH), reading.toString());
    assertSame(error, reading.getCause());
    assertSame(error, Errors.making(error, PATH).getCause());
  }

  @Test
  void shouldNotRepeatAPathThatTheMessageHas() {
    LeatException error = new LeatException(ErrorCode.NOT_FOUND, "nothing at " + PATH);

    assertEquals("nothing at " + PATH, Errors.reading(error, PATH).getMessage());
  }

  private static void assertReading(Class<? extends IOException> expected, ErrorCode code) {
    assertInstanceOf(expected, Errors.reading(error(code), PATH));
  }

  private static void assertMaking(Class<? extends IOException> expected, ErrorCode code) {
    assertInstanceOf(expected, Errors.making(error(code), PATH));
  }

  private static LeatException error(ErrorCode code) {
    return new LeatException(code, "says the server");
  }
}
