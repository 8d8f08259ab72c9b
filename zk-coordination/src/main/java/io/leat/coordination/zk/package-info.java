/**
 * The contracts of {@code io.leat.coordination} on ZooKeeper, through Curator, and a ZooKeeper
 * server that runs inside this process for cells of one host.
 *
 * <p>Under the root path of a cell:
 *
 * <pre>
 *   members/MDS                   ephemeral: address, capabilities, version, level, load
 *   virtual-servers/NAME/config   candidates, pointer to the configuration on the volume
 *   virtual-servers/NAME/owner    owner, epoch, address; changed by compare-and-set
 * </pre>
 *
 * <p>Values are lines of {@code key=value} that an operator can read with zkCli.
 *
 * <p>State and threads: ZooKeeper owns the state; nothing is cached here. All classes may be used
 * by any thread. ZooKeeper's and Curator's threads only leave signals; reading and calling
 * listeners is done by two threads of {@link io.leat.coordination.zk.CuratorCoordination}, one for
 * what is watched, one for the connection's state.
 */
package io.leat.coordination.zk;
