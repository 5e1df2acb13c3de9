/** Pages in a real browser. */
@org.jspecify.annotations.NullMarked
package io.gitalyrouter.config.page;
