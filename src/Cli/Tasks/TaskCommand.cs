using System.CommandLine;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Tasks;

/// <summary><c>understudy task …</c></summary>
internal sealed class TaskCommand : Command
{
    public TaskCommand(SharedOptions shared)
        : base("task", "Lists, shows and makes tasks.")
    {
        Subcommands.Add(new TaskListCommand(shared));
        Subcommands.Add(new TaskShowCommand(shared));
        Subcommands.Add(new TaskNewCommand(shared));
    }
}
