using System.CommandLine;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Prompts;

/// <summary><c>understudy prompt …</c></summary>
internal sealed class PromptCommand : Command
{
    public PromptCommand(SharedOptions shared)
        : base("prompt", "Works on prompts before a large model reads them.")
    {
        Subcommands.Add(new PromptCompressCommand(shared));
    }
}
