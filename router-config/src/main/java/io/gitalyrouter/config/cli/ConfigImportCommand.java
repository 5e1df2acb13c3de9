package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.imports.GitlabImport;
import io.gitalyrouter.config.imports.ImportOptions;
import io.gitalyrouter.config.imports.ImportedDocument;
import io.gitalyrouter.config.source.FileSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a document of GitLab's storages. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "import",
    description = {
      "Makes a document of the storages in a gitlab.yml, a gitlab.rb fragment, or their JSON.",
      "Prints the document, and on the error output what is left to do. No secret is copied, and"
          + " no host gets a role."
    },
    exitCodeList = {"0:the document was printed", "1:the text cannot be imported"},
    footer = {
      "",
      "Examples:",
      "  gitaly-router config import /var/opt/gitlab/gitlab-rails/etc/gitlab.yml > router.yaml",
      "  gitaly-router config import --local unix:/run/gitaly.socket storages.rb"
    })
final class ConfigImportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "FILE", description = "What GitLab is configured with.")
  private Path file = Path.of("");

  @Option(
      names = "--local",
      paramLabel = "ADDRESS",
      description =
          "The local side of storages that have a network address only;"
              + " unix:/var/opt/gitlab/gitaly/gitaly.socket unless given.")
  private String local = ImportOptions.DEFAULT.localAddress();

  @Option(
      names = "--token-dir",
      paramLabel = "DIR",
      description = "Where token files are expected; /etc/gitaly-router unless given.")
  private String tokenDirectory = ImportOptions.DEFAULT.tokenDirectory();

  ConfigImportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    ImportOptions options;
    try {
      options = new ImportOptions(local, tokenDirectory);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
    String text = new String(FileSource.of(file).read().bytes(), StandardCharsets.UTF_8);
    ImportedDocument imported = GitlabImport.read(file.toString(), text, options);
    console.out().print(imported.text());
    console.out().flush();
    imported.notes().forEach(console.err()::println);
    console.err().flush();
    return ExitCode.OK.code();
  }
}
