using System.CommandLine;
using Understudy.Cli.Bench.Frugal;
using Understudy.Cli.Bench.RecordedModels;
using Understudy.Cli.Bench.Routing;
using Understudy.Cli.Bench.Scale;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Bench;

/// <summary><c>understudy bench …</c>: measures techniques on public records.</summary>
internal sealed class BenchCommand : Command
{
    public BenchCommand(SharedOptions shared)
        : base("bench", "Measures a technique on records of one's own or public ones, or how the product scales.")
    {
        Subcommands.Add(new CompressionBenchCommand(shared));
        Subcommands.Add(new CascadeBenchCommand(shared));
        Subcommands.Add(new RoutingBenchCommand(shared));
        Subcommands.Add(new FrugalBenchCommand(shared));
        Subcommands.Add(new ScaleBenchCommand(shared));
    }
}
