package io.leat.benchmarks.workload;

/** Something that is measured. Called by one thread. */
interface Workload {

  /** Makes what the runs need, once, before the first run; nothing of it is measured. */
  void prepare(Client client) throws Exception;

  /** One run. The first ones of a process warm up, and their values are thrown away. */
  void run(Client client, Measured measured) throws Exception;
}
