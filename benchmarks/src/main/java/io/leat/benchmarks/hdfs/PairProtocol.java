package io.leat.benchmarks.hdfs;

import io.leat.benchmarks.JobLine;
import java.util.List;

/** How {@link HdfsPairProcess} is talked to; without a class of HDFS, which only that one sees. */
public final class PairProtocol {

  /** What a process is. */
  public enum Role {
    /** The JournalNode that both NameNodes write their edits to. */
    JOURNAL,
    /** Formats the namespace and is its first NameNode. */
    FIRST_NAME_NODE,
    /** Copies the first one's namespace and is the second NameNode. */
    SECOND_NAME_NODE,
    /** A NameNode that was there before. */
    NAME_NODE,
    /** The DataNode. */
    DATA_NODE,
    /** Both NameNodes' failover controllers; obeys {@link #ACTIVE} and {@link #FAIL_OVER}. */
    CONTROLLERS
  }

  /** Name of the pair, the authority of its URIs. */
  public static final String SERVICE = "pair";

  /** Says which NameNode is active, {@link JobLine.Serving}, or none if there is no standby. */
  public static final String ACTIVE = "active";

  /** Makes the standby active, as {@code hdfs haadmin -failover} does, and says its name. */
  public static final String FAIL_OVER = "fail-over";

  /** What {@link #ACTIVE} says while the two are not one active and one standby. */
  public static final String NONE = "none";

  /** The names of the NameNodes. */
  public static final List<String> NAME_NODES = List.of("nn1", "nn2");

  private PairProtocol() {}
}
