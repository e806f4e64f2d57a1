using System.CommandLine;
using Spectre.Console;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Releases;

/// <summary><c>understudy release promote --task NAME VERSION</c></summary>
internal sealed class ReleasePromoteCommand : CliCommand
{
    private readonly Option<string> _task = SharedOptions.Task();
    private readonly Argument<string> _version = new("VERSION") { Description = "The release that is to serve." };

    public ReleasePromoteCommand(SharedOptions shared)
        : base(shared, "promote", "Checks a release and lets it serve.")
    {
        Options.Add(_task);
        Arguments.Add(_version);
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (task, catalog) = (invocation.Get(_task)!, invocation.Catalog);
        await catalog.PromoteAsync(task, invocation.Get(_version)!, cancellationToken).ConfigureAwait(false);
        var (stable, previous) = (catalog.Channel(task, "stable"), catalog.Channel(task, "previous"));
        invocation.Screen.Result(new { task, stable, previous }, console => console.WriteLine($"{task}: '{stable}' serves now; previous: {previous ?? "none"}."));
        return CommandLine.Done;
    }
}
