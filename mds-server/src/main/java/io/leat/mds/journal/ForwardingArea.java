package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Passes everything on to another area; subclasses change what they want to. */
public class ForwardingArea implements MetadataArea {

  final MetadataArea area;

  /** Closing this closes {@code area}. */
  public ForwardingArea(MetadataArea area) {
    this.area = area;
  }

  @Override
  public AreaIdentity identity() {
    return area.identity();
  }

  @Override
  public boolean isShared() {
    return area.isShared();
  }

  @Override
  public List<Device> epochs() {
    return area.epochs();
  }

  @Override
  public List<Device> mailboxes() {
    return area.mailboxes();
  }

  @Override
  public void look() throws IOException {
    area.look();
  }

  @Override
  public void own(int lane, long epoch, String owner) throws IOException {
    area.own(lane, epoch, owner);
  }

  @Override
  public void disown() {
    area.disown();
  }

  @Override
  public List<DeviceState> devices() {
    return area.devices();
  }

  @Override
  public boolean admit() throws IOException {
    return area.admit();
  }

  @Override
  public boolean admitted() throws IOException {
    return area.admitted();
  }

  @Override
  public void replaceDevice(String device, String configuration) throws IOException {
    area.replaceDevice(device, configuration);
  }

  @Override
  public void identify(AreaIdentity now) throws IOException {
    area.identify(now);
  }

  /** Of one device, as it is seen through this. */
  @Override
  public <T> List<T> readEach(Reading<T> reading) throws IOException {
    return identity().devices() == 1 ? List.of(reading.from(this)) : area.readEach(reading);
  }

  @Override
  public long imageBytesMax() {
    return area.imageBytesMax();
  }

  @Override
  public List<String> configurations() throws IOException {
    return area.configurations();
  }

  @Override
  public void configure(String text) throws IOException {
    area.configure(text);
  }

  @Override
  public List<Optional<String>> laneOwners() throws IOException {
    return area.laneOwners();
  }

  @Override
  public OptionalInt laneOf(String mds) throws IOException {
    return area.laneOf(mds);
  }

  @Override
  public void requireLane(int lane) throws IOException {
    area.requireLane(lane);
  }

  @Override
  public void acquireLane(int lane) throws IOException {
    area.acquireLane(lane);
  }

  @Override
  public void releaseLane(int lane) throws IOException {
    area.releaseLane(lane);
  }

  @Override
  public Optional<String> freeLane(int lane, int ownLane, long epoch) throws IOException {
    return area.freeLane(lane, ownLane, epoch);
  }

  @Override
  public boolean isLaneFree(int lane) throws IOException {
    return area.isLaneFree(lane);
  }

  @Override
  public List<SegmentSlot> segments(int lane) throws IOException {
    return area.segments(lane);
  }

  @Override
  public void createSegment(SegmentSlot slot) throws IOException {
    area.createSegment(slot);
  }

  @Override
  public Device openToRead(SegmentSlot slot) throws IOException {
    return area.openToRead(slot);
  }

  @Override
  public Device openToWrite(SegmentSlot slot) throws IOException {
    return area.openToWrite(slot);
  }

  @Override
  public Optional<Device> openToRead(CheckpointSlot slot) throws IOException {
    return area.openToRead(slot);
  }

  @Override
  public Device openToWrite(CheckpointSlot slot, long bytes) throws IOException {
    return area.openToWrite(slot, bytes);
  }

  @Override
  public void close() throws IOException {
    area.close();
  }

  @Override
  public boolean hasEarlyLogs() {
    return area.hasEarlyLogs();
  }

  @Override
  public Optional<Device> openEarlyToRead(int lane) throws IOException {
    return area.openEarlyToRead(lane);
  }

  @Override
  public Device openEarlyToWrite(int lane) throws IOException {
    return area.openEarlyToWrite(lane);
  }

  @Override
  public String toString() {
    return area.toString();
  }
}
