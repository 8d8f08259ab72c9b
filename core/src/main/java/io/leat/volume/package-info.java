/**
 * Devices and volumes: the last step of a byte's road, from a volume's offset to storage.
 *
 * <p>A {@link io.leat.volume.Device} is bytes at an offset; a {@link io.leat.volume.Volume} is an
 * address space of 4 KiB blocks made of devices, its block 0 a {@link io.leat.volume.VolumeHeader}
 * that says which volume it is. {@link io.leat.volume.Devices} and {@link io.leat.volume.Volumes}
 * open and create them. {@link io.leat.volume.MemoryDevice} and {@link io.leat.volume.FaultyDevice}
 * stand in for hardware in tests and simulations.
 *
 * <p>Ownership: who opens a device or volume closes it, once; a volume owns the device it was
 * opened on. Threads: everything here may be called from any thread at any time. Nothing is cached,
 * and order between calls that touch the same bytes is the caller's business. Interrupts are kept
 * away from the I/O: a call runs to its end and leaves the thread's interrupt flag as it should be.
 *
 * <p>No rights to JDK internals are needed ({@code --add-opens} and the like).
 */
package io.leat.volume;
