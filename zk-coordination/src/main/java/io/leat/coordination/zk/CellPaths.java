package io.leat.coordination.zk;

import io.leat.coordination.VirtualServerConfig;

/** Where things stand in ZooKeeper, below the root path of a cell. */
record CellPaths(String root) {

  String members() {
    return root + "/members";
  }

  String member(String name) {
    return members() + "/" + name;
  }

  String virtualServers() {
    return root + "/virtual-servers";
  }

  String virtualServer(String name) {
    return virtualServers() + "/" + VirtualServerConfig.requireValidName(name);
  }

  String volumes() {
    return root + "/volumes";
  }

  String volume(String uuid) {
    return volumes() + "/" + uuid;
  }

  String lane(String area, int lane) {
    return root + "/lanes/" + area + "-" + lane;
  }

  String config(String name) {
    return virtualServer(name) + "/config";
  }

  String owner(String name) {
    return virtualServer(name) + "/owner";
  }
}
