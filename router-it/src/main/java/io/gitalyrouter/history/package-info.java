/**
 * What callers saw and what servers did, written down call by call, and the rules that such a
 * history must keep: no call is lost, none is doubled, none is stranded on a side that is off.
 *
 * <p>May depend on the stand-in's journals and the router's values; knows no socket and no clock.
 */
@NullMarked
package io.gitalyrouter.history;

import org.jspecify.annotations.NullMarked;
