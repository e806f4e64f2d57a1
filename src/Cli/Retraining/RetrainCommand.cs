using System.CommandLine;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Retraining;

/// <summary><c>understudy retrain …</c></summary>
internal sealed class RetrainCommand : Command
{
    public RetrainCommand(SharedOptions shared)
        : base("retrain", "The trainer of a deployment.") => Subcommands.Add(new RetrainRunCommand(shared));
}
