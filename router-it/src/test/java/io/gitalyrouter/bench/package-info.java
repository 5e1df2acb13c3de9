/** What the router costs a call, measured beside what it is put before. */
@NullMarked
package io.gitalyrouter.bench;

import org.jspecify.annotations.NullMarked;
