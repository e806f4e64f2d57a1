using System.CommandLine;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Releases;

/// <summary><c>understudy release …</c></summary>
internal sealed class ReleaseCommand : Command
{
    public ReleaseCommand(SharedOptions shared)
        : base("release", "Lists, checks, signs, promotes, takes back and removes releases.")
    {
        Subcommands.Add(new ReleaseListCommand(shared));
        Subcommands.Add(new ReleaseShowCommand(shared));
        Subcommands.Add(new ReleaseVerifyCommand(shared));
        Subcommands.Add(new ReleaseSignCommand(shared));
        Subcommands.Add(new ReleasePromoteCommand(shared));
        Subcommands.Add(new ReleaseRollbackCommand(shared));
        Subcommands.Add(new ReleasePruneCommand(shared));
        Subcommands.Add(new ReleaseKeygenCommand(shared));
        Subcommands.Add(new ReleaseTrustCommand(shared));
    }
}
