using System.CommandLine;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Data;

/// <summary><c>understudy data …</c></summary>
internal sealed class DataCommand : Command
{
    public DataCommand(SharedOptions shared)
        : base("data", "Public data sets as files that the other commands read.")
    {
        Subcommands.Add(new DataListCommand(shared));
        Subcommands.Add(new DataGetCommand(shared));
    }
}
