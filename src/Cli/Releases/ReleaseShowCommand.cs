using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Releases;

/// <summary><c>understudy release show --task NAME [VERSION]</c></summary>
internal sealed class ReleaseShowCommand : CliCommand
{
    private readonly Option<string> _task = SharedOptions.Task();
    private readonly Argument<string?> _version = new("VERSION") { Description = "The release (default: the stable one).", Arity = ArgumentArity.ZeroOrOne };

    public ReleaseShowCommand(SharedOptions shared)
        : base(shared, "show", "Shows a release's tiers, promise and metrics.")
    {
        Options.Add(_task);
        Arguments.Add(_version);
    }

    protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var task = invocation.Get(_task)!;
        var folder = ReleaseFolder.Find(invocation.Catalog, task, invocation.Get(_version));
        var manifest = ReleaseFolder.ReadManifest(folder);
        var summary = invocation.Catalog.List(task).First(r => r.Version == Path.GetFileName(folder));
        var channels = summary.Channels;
        invocation.Screen.Result(new { release = manifest, channels, address = summary.Address, problem = summary.Problem }, console =>
        {
            console.WriteLine($"{manifest.Task} {manifest.Version}{(channels.Count > 0 ? $" ({string.Join(", ", channels)})" : "")}, made {manifest.CreatedAt:yyyy-MM-dd HH:mm} by: {manifest.Recipe}");
            console.WriteLine($"address {summary.Address}{(summary.Problem is null ? "" : $"; it cannot serve: {summary.Problem}")}");
            console.WriteLine(Promise.Describe(manifest.Guarantee, manifest.Thresholds));
            var table = new Table().RoundedBorder().AddColumns("tier", "role", "kind", "parameters", "bytes", "threshold", "ms an item");
            foreach (var tier in manifest.Tiers)
            {
                table.AddRow(
                    Markup.Escape(tier.Name), tier.Role, tier.Kind, Number(tier.Parameters),
                    Number(manifest.Files.FirstOrDefault(f => f.Name == tier.Model)?.Bytes ?? 0),
                    tier.Role == "lead" ? "" : tier.Threshold > 1 ? "never" : tier.Threshold.ToString("0.######", CultureInfo.InvariantCulture),
                    tier.MillisecondsPerItem.ToString("0.###", CultureInfo.InvariantCulture));
            }

            console.Write(table);
            if (manifest.Metrics.Count > 0)
            {
                console.WriteLine($"metrics: {manifest.Metrics.ToJsonString(CliJson.Line)}");
            }
        });
        return Task.FromResult(CommandLine.Done);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
