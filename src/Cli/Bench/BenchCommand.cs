using System.CommandLine;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Bench;

/// <summary><c>understudy bench …</c></summary>
internal sealed class BenchCommand : Command
{
    public BenchCommand(SharedOptions shared)
        : base("bench", "Measures techniques on public data sets.")
    {
        Subcommands.Add(new CompressionBenchCommand(shared));
    }
}
