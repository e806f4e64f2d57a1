using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Shell;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Releases;

/// <summary><c>understudy release list --task NAME</c></summary>
internal sealed class ReleaseListCommand : CliCommand
{
    private readonly Option<string> _task = SharedOptions.Task();

    public ReleaseListCommand(SharedOptions shared)
        : base(shared, "list", "Lists a task's releases, newest first.") => Options.Add(_task);

    protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var task = invocation.Get(_task)!;
        var releases = invocation.Catalog.List(task);
        invocation.Screen.Result(new { task, releases }, console =>
        {
            if (releases.Count == 0)
            {
                console.WriteLine($"Task '{task}' has no release. Make one: understudy train --task {task}.");
                return;
            }

            var table = new Table().RoundedBorder().AddColumns("release", "made", "channels", "tiers", "promise");
            foreach (var release in releases)
            {
                table.AddRow(
                    Markup.Escape(release.Version),
                    release.CreatedAt.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                    string.Join(", ", release.Channels),
                    Markup.Escape(string.Join(" → ", release.Tiers)),
                    Markup.Escape(release.Problem ?? Promise(release)));
            }

            console.Write(table);
        });
        return Task.FromResult(CommandLine.Done);
    }

    private static string Promise(ReleaseSummary release) => release switch
    {
        { Thresholds.Certified: false } => "none: the lead answers everything",
        { Guarantee: { } promise } => string.Create(CultureInfo.InvariantCulture, $"ε {promise.Epsilon:0.###}, δ {promise.Delta:0.###}"),
        _ => "",
    };
}
