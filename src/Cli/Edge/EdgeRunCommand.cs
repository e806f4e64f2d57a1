using System.CommandLine;
using System.Diagnostics;
using Understudy.Cli.Demo;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Edge;

/// <summary><c>understudy edge run --site NAME</c>: the agent as a process of its own, ended with this one.</summary>
internal sealed class EdgeRunCommand : CliCommand
{
    private readonly Option<string> _site = new("--site") { Description = "The site's name: its folder in the storage.", HelpName = "NAME", Required = true };
    private readonly Option<string?> _storage = new("--storage") { Description = "A connection string, or the storage account's address (default: UNDERSTUDY_Edge__Storage).", HelpName = "STORAGE" };
    private readonly Option<string?> _cloud = new("--cloud") { Description = "The Api that is asked what no student is sure of (default: none).", HelpName = "URL" };
    private readonly Option<string?> _urls = new("--urls") { Description = "Where the agent listens (default: http://127.0.0.1:7091).", HelpName = "URL" };
    private readonly Option<string?> _data = new("--data") { Description = "What the agent keeps (default: .understudy-edge).", HelpName = "DIR" };

    public EdgeRunCommand(SharedOptions shared)
        : base(shared, "run", "Runs the agent of a site until it is stopped.")
    {
        foreach (var option in new Option[] { _site, _storage, _cloud, _urls, _data })
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [EdgeFiles.Find(), "--site", invocation.Get(_site)!]);
        Add("--urls", _urls);
        Add("--data", _data);
        Set("UNDERSTUDY_Edge__Storage", _storage); // it may hold a key, and arguments are there for all to see
        Set("UNDERSTUDY_Edge__CloudUrl", _cloud);
        using var agent = Process.Start(start)!;
        try
        {
            await agent.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Termination.Ask(agent);
            await agent.WaitForExitAsync(CancellationToken.None);
        }

        return agent.ExitCode;

        void Add(string name, Option<string?> option)
        {
            if (invocation.Get(option) is { } value)
            {
                start.ArgumentList.Add(name);
                start.ArgumentList.Add(value);
            }
        }

        void Set(string name, Option<string?> option)
        {
            if (invocation.Get(option) is { } value)
            {
                start.Environment[name] = value;
            }
        }
    }
}
