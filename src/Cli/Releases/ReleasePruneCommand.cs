using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using Spectre.Console;
using Understudy.Cli.Shell;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retention;

namespace Understudy.Cli.Releases;

/// <summary>
/// <c>understudy release prune --task NAME</c>: has a host remove old releases of its models folder and edge packages. The host is asked, because it
/// knows what runs, sites and leases still need.
/// </summary>
internal sealed class ReleasePruneCommand : CliCommand
{
    private readonly Option<string> _task = SharedOptions.Task();
    private readonly Option<int> _keep = Numbers.Option("--keep", "So many of the newest releases stay.", "N", ReleaseRetention.KeptUnlessSaid, "a whole number from 1 up", keep => keep >= 1);
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would go." };
    private readonly Option<string> _url = RemoteHost.Option();

    public ReleasePruneCommand(SharedOptions shared)
        : base(shared, "prune", "Removes old releases and edge packages that nothing needs.")
    {
        foreach (var option in new Option[] { _task, _keep, _dryRun, _url })
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var report = await RemoteHost.AskAsync(invocation.Get(_url)!, async http =>
        {
            using var response = await RemoteHost.PostAsync(
                http, $"/api/tasks/{invocation.Get(_task)}/releases/prune", new PruneCall(invocation.Get(_keep), invocation.Get(_dryRun)), cancellationToken);
            return (await response.Content.ReadFromJsonAsync<RetentionReport>(DurableJson.Options, cancellationToken))!;
        });

        invocation.Screen.Result(report, console => Show(report, console));
        return CommandLine.Done;
    }

    private static void Show(RetentionReport report, IAnsiConsole console)
    {
        var table = new Table().RoundedBorder().AddColumns("release or package", report.DryRun ? "would" : "did", "why", "MB");
        var rows = report.Releases.Select(release => ($"{report.Task}/{release.Version}", release.Removed, release.Reason, release.Bytes))
            .Concat(report.Packages.Select(package => (package.Place, package.Removed, package.Reason, package.Bytes)));
        foreach (var (name, removed, reason, bytes) in rows)
        {
            table.AddRow(Markup.Escape(name), removed ? "go" : "stay", Markup.Escape(reason), (bytes / 1e6).ToString("0.00", CultureInfo.InvariantCulture));
        }

        console.Write(table);
    }
}
