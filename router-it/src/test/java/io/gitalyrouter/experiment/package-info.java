/** Tests of the experiment; those that end in IT run the whole of it. */
@NullMarked
package io.gitalyrouter.experiment;

import org.jspecify.annotations.NullMarked;
