/** Tests of the worker; those that end in IT run it as a process of its own. */
@NullMarked
package io.gitalyrouter.worker;

import org.jspecify.annotations.NullMarked;
