using System.CommandLine;
using Spectre.Console;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Releases;

/// <summary><c>understudy release rollback --task NAME</c></summary>
internal sealed class ReleaseRollbackCommand : CliCommand
{
    private readonly Option<string> _task = SharedOptions.Task();

    public ReleaseRollbackCommand(SharedOptions shared)
        : base(shared, "rollback", "Lets the release serve that served before.") => Options.Add(_task);

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (task, catalog) = (invocation.Get(_task)!, invocation.Catalog);
        await catalog.RollbackAsync(task, cancellationToken).ConfigureAwait(false);
        var (stable, previous) = (catalog.Channel(task, "stable"), catalog.Channel(task, "previous"));
        invocation.Screen.Result(new { task, stable, previous }, console => console.WriteLine($"{task}: '{stable}' serves again; previous: {previous ?? "none"}."));
        return CommandLine.Done;
    }
}
