using System.CommandLine;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Edge;

/// <summary><c>understudy edge …</c></summary>
internal sealed class EdgeCommand : Command
{
    public EdgeCommand(SharedOptions shared)
        : base("edge", "Runs the agent of an edge site, and brings releases to sites.")
    {
        Subcommands.Add(new EdgeRunCommand(shared));
        Subcommands.Add(new EdgeRolloutCommand(shared));
    }
}
