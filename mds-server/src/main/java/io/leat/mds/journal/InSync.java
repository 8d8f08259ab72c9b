package io.leat.mds.journal;

/**
 * The devices of a metadata area that hold everything that was answered.
 *
 * @param devices bit i for device i; 0 where nobody has said anything yet
 * @param epoch of the owner that said so
 */
record InSync(int devices, long epoch) {

  static final InSync UNSAID = new InSync(0, 0);
}
