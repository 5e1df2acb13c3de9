package io.gitalyrouter.standin.storage;

import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the machine's and the user's git configuration out of the server, and puts its own in their
 * place. *Thread-safe.*
 *
 * <p>The settings say that another process may change a repository at any time: file times are
 * never trusted to say that nothing has changed.
 */
final class IsolatedSettings extends SystemReader.Delegate {

  private IsolatedSettings(SystemReader machine) {
    super(machine);
  }

  /** Installs them for the whole process; must come before the first repository is opened. */
  static void install() {
    if (!(SystemReader.getInstance() instanceof IsolatedSettings)) {
      SystemReader.setInstance(new IsolatedSettings(SystemReader.getInstance()));
    }
  }

  @Override
  public FileBasedConfig openSystemConfig(Config parent, FS fs) {
    return new Unstored(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(Config parent, FS fs) {
    return new Unstored(parent, fs);
  }

  @Override
  public FileBasedConfig openUserConfig(Config parent, FS fs) {
    Unstored settings = new Unstored(parent, fs);
    settings.setString("core", null, "trustStat", "never");
    settings.setBoolean("uploadpack", null, "allowFilter", /* value= */ true);
    settings.setBoolean("uploadpack", null, "allowAnySHA1InWant", /* value= */ true);
    settings.setInt("pack", null, "threads", 1);
    settings.setString("user", null, "name", "Stand-in");
    settings.setString("user", null, "email", "standin@localhost");
    return settings;
  }

  /**
   * A configuration without a file. *Thread-safe.*
   *
   * <p>It claims to know how exact the times of every file system are. Otherwise the first write of
   * a process would wait for seconds while that is measured, with files that come and go in the
   * storage. The claim is harmless, for no file time is trusted.
   */
  private static final class Unstored extends FileBasedConfig {
    Unstored(Config parent, FS fs) {
      super(parent, /* cfgLocation= */ null, fs);
    }

    @Override
    public @Nullable String getString(String section, @Nullable String subsection, String name) {
      return section.equals("filesystem") ? "20 ms" : super.getString(section, subsection, name);
    }

    @Override
    public void load() {}

    @Override
    public void save() {}

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}
