using System.CommandLine;
using Spectre.Console;
using Understudy.Cli.Shell;
using Understudy.Workflows.Rollouts;

namespace Understudy.Cli.Edge;

/// <summary><c>understudy edge rollout --task NAME [VERSION]</c>: starts a rollout at a host and follows it; exit code 1 when it went back, reached nobody or was left to a later one.</summary>
internal sealed class EdgeRolloutCommand : CliCommand
{
    private const int MostNamed = 10;

    private readonly Option<string> _task = SharedOptions.Task();
    private readonly Argument<string?> _version = new("VERSION") { Description = "The release (default: the stable one).", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _url = RemoteHost.Option();
    private readonly Option<string[]> _sites = new("--site") { Description = "A site that is meant; may be given several times (default: every site).", HelpName = "NAME" };
    private readonly Option<double?> _soak = Minutes("--soak", "Minutes that a ring serves before it is judged again.");
    private readonly Option<double?> _patience = Minutes("--patience", "Minutes that a ring is waited for.");

    public EdgeRolloutCommand(SharedOptions shared)
        : base(shared, "rollout", "Brings a release to edge sites: a share of them first, then all.")
    {
        foreach (var option in new Option[] { _task, _url, _sites, _soak, _patience })
        {
            Options.Add(option);
        }

        Arguments.Add(_version);
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new RolloutCall(invocation.Get(_version), invocation.Get(_sites) is { Length: > 0 } sites ? sites : null, invocation.Get(_soak), invocation.Get(_patience));
        var result = await RemoteHost.AskAsync(invocation.Get(_url)!, async http =>
        {
            var known = request.Sites is null ? null : await RemoteRollout.KnownSitesAsync(http, invocation.Get(_task)!, cancellationToken);
            var rollout = await RemoteRollout.StartAsync(http, invocation.Get(_task)!, request, cancellationToken);
            if (known is not null)
            {
                NoteUnknown(request, known, invocation.Screen);
            }

            using var progress = invocation.Screen.Progress("rollout");
            return await rollout.FollowAsync(state => progress.Report(state.Sites == 0 ? 0 : (double)(state.Updated + state.Failed) / state.Sites, state.Stage), cancellationToken);
        });

        if (result.Outcome == RolloutResult.NoSites)
        {
            throw new CommandFailedException("No agent of a site has reported to this host yet. Start one ('understudy edge run'), or name a site that will come with --site.");
        }

        invocation.Screen.Result(result, console => console.WriteLine(
            $"{result.Task} {result.Version}: {result.Outcome}; {result.Updated.Count} sites serve it, {result.Failed.Count} failed, {result.Away.Count} are away.{(result.Reason is null ? "" : $" Why: {result.Reason}.")}"));
        return result is { Outcome: RolloutResult.Completed, Updated.Count: > 0 } ? CommandLine.Done : CommandLine.Failed;
    }

    /// <summary>A site may be named before its agent first starts; a misspelt one looks the same, and is waited for in vain.</summary>
    private static void NoteUnknown(RolloutCall request, IReadOnlyList<string> known, Screen screen)
    {
        var names = known.Count == 0 ? "none" : $"{string.Join(", ", known.Take(MostNamed))}{(known.Count > MostNamed ? ", …" : "")}";
        var minutes = request.PatienceMinutes is { } own ? $"{own:0.###} minutes" : $"{new RolloutOptions().PatienceMinutes:0} minutes unless the host says otherwise";
        foreach (var site in request.Sites!.Except(known))
        {
            screen.Note($"site '{site}' has never reported for this task (known: {names}); waiting up to {minutes} (--patience)");
        }
    }

    private static Option<double?> Minutes(string name, string description) => Numbers.Optional<double>(name, description, "MINUTES", "a number of minutes from 0 up", minutes => minutes >= 0);
}
