using System.CommandLine;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Demo;

/// <summary><c>understudy demo</c>.</summary>
internal sealed class DemoCommand : CliCommand
{
    /// <summary>Nine tenths of them are lessons, and a retraining takes no fewer than 50.</summary>
    private const int LeastMails = 60;

    private readonly Option<int?> _mails = Numbers.Optional<int>(
        "--mails", "Send at most this many mails (default: all).", "N", $"a whole number from {LeastMails} up", mails => mails >= LeastMails);

    public DemoCommand(SharedOptions shared)
        : base(shared, "demo", "Run the product on real mail, kill it in the middle, and count.")
    {
        Options.Add(_mails);
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var screen = new DemoScreen(invocation.Surroundings, invocation.Screen.Json);
        var result = await new DemoRun(invocation.Catalog, invocation.Get(_mails) ?? 0, screen).RunAsync(cancellationToken);
        invocation.Screen.Result(result.Report, console => DemoScreen.Show(console, result));
        return result.Report.Batch is { Lost: 0, Duplicated: 0 } ? CommandLine.Done : CommandLine.Failed;
    }
}
