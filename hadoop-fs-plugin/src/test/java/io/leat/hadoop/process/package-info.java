/** Tests with several client processes, restarts and full volumes against real cells. */
package io.leat.hadoop.process;
