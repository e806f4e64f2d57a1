using System.CommandLine;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Demo;

/// <summary><c>understudy demo</c>.</summary>
internal sealed class DemoCommand : CliCommand
{
    private const int LeastMails = 8;

    private readonly Option<int> _mails = new("--mails") { Description = "Send at most this many mails (default: all).", HelpName = "N" };

    public DemoCommand(SharedOptions shared)
        : base(shared, "demo", "Run the product on real mail, kill it in the middle, and count.")
    {
        Options.Add(_mails);
        _mails.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < LeastMails)
            {
                result.AddError($"--mails: give a whole number from {LeastMails} up.");
            }
        });
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var screen = new DemoScreen(invocation.Surroundings, invocation.Screen.Json);
        var result = await new DemoRun(invocation.Catalog, invocation.Get(_mails), screen).RunAsync(cancellationToken);
        invocation.Screen.Result(result.Report, console => DemoScreen.Show(console, result));
        return result.Report.Batch is { Lost: 0, Duplicated: 0 } ? CommandLine.Done : CommandLine.Failed;
    }
}
