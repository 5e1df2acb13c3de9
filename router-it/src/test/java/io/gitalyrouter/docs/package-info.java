/** Holds the documents to the code. */
@NullMarked
package io.gitalyrouter.docs;

import org.jspecify.annotations.NullMarked;
