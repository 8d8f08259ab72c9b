package io.leat.hadoop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.hadoop.LeatKeys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.contract.AbstractContractGetFileStatusTest;
import org.apache.hadoop.fs.contract.AbstractFSContract;
import org.junit.jupiter.api.Test;

/** Statuses and every way to list. */
class LeatContractGetFileStatusIT extends AbstractContractGetFileStatusTest {

  private static final int PAGE_ENTRIES = 3;

  /** In the order of a listing. */
  private static final List<String> NAMES =
      List.of("%41", "a b", "b", "b#", "c", "d", "e", "f", "h\u00e4\u00df", "z", "\uD83D\uDE00");

  @Override
  protected AbstractFSContract createContract(Configuration conf) {
    return new LeatContract(conf);
  }

  @Test
  void shouldListAllEntriesHoweverManyPagesTheyAre() throws IOException {
    Configuration paged = new Configuration(getContract().getConf());
    paged.setInt(LeatKeys.LIST_PAGE, PAGE_ENTRIES);
    Path directory = path("pages");
    try (FileSystem fileSystem = FileSystem.newInstance(directory.toUri(), paged)) {
      assertTrue(fileSystem.mkdirs(directory));
      List<String> expected = new ArrayList<>();
      assertEquals(expected, names(fileSystem, directory));
      for (String name : NAMES) {
        fileSystem.create(new Path(directory, name)).close();
        expected.add(name);
        assertEquals(expected, names(fileSystem, directory));
      }
    }
  }

  private static List<String> names(FileSystem fileSystem, Path directory) throws IOException {
    return Arrays.stream(fileSystem.listStatus(directory))
        .map(FileStatus::getPath)
        .map(Path::getName)
        .toList();
  }
}
