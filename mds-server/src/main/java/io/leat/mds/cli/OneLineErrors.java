package io.leat.mds.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Prints a failure as one line, and its origin only to those who ask. */
final class OneLineErrors implements IExecutionExceptionHandler {

  /** What the line starts with. */
  static final String PREFIX = "leat: ";

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    command.getErr().println(line(failure));
    if (root(command).verbose()) {
      failure.printStackTrace(command.getErr());
    }
    command.getErr().flush();
    return ExitCode.SOFTWARE;
  }

  /** The line for a failure. */
  static String line(Exception failure) {
    boolean meantForPeople =
        failure instanceof IOException || failure instanceof IllegalArgumentException;
    String text = meantForPeople ? text(failure) : failure.toString();
    String hint = meantForPeople ? "" : " (--verbose shows where)";
    return PREFIX + text.replace('\n', ' ') + hint;
  }

  /** The JDK's file exceptions carry little but the path. */
  private static String text(Exception failure) {
    if (failure instanceof NoSuchFileException missing) {
      return missing.getFile() + " does not exist";
    }
    if (failure instanceof FileAlreadyExistsException there) {
      return there.getFile() + " exists already";
    }
    if (failure instanceof AccessDeniedException denied) {
      return "this user may not access " + denied.getFile();
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private static Leat root(CommandLine command) {
    CommandLine root = command;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    return root.getCommand();
  }
}
